/*
 * err: the error value that every fallible function takes last.
 *
 * A function that can fail returns 0 or -1 (or a pointer or NULL) and, when it
 * fails, has called err_set() with a complete message: lower case, no full
 * stop, "file:line:" first where there is one, and what to do about it last.
 * The code is the exit status that the command ends with; crm(7) has the same
 * table. A zeroed struct err is valid and means "no error". Passing NULL for
 * the struct err drops the message.
 */
#ifndef CRM_BASE_ERR_H
#define CRM_BASE_ERR_H

enum err_code {
	ERR_OK = 0,	   /* done */
	ERR_NO = 1,	   /* the answer is no, or nothing was selected (-e) */
	ERR_REJECTS = 3,   /* import: some rows were rejected */
	ERR_DUPLICATE = 4, /* likely duplicate */
	ERR_USAGE = 64,	   /* the call is wrong */
	ERR_DATA = 65,	   /* bad data */
	ERR_NOENT = 66,	   /* no such store or record */
	ERR_BUG = 70,	   /* internal error */
	ERR_UNSURE = 73,   /* committed, but durability unknown */
	ERR_IO = 74,	   /* input/output error */
	ERR_BUSY = 75,	   /* locked or changed underneath; try again */
	ERR_PERM = 77,	   /* not allowed */
};

struct err {
	enum err_code code;
	char *msg; /* owned; NULL where code is ERR_OK */
};

/* Sets code and message (replacing an earlier one) and returns -1. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * As err_set, with ": " and strerror(errno) added. The code is ERR_PERM for
 * EACCES, EPERM and EROFS, ERR_NOENT for ENOENT, ERR_BUG for ENOMEM, else
 * ERR_IO.
 */
int err_errno(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts formatted text in front of the message. Returns -1. */
int err_prefix(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds formatted text behind the message. Returns -1. */
int err_suffix(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Frees the message; e is zero afterwards. */
void err_release(struct err *e);

#endif
