/*
 * nonet: see nonet.c. A call of git_nonet() is what pulls the file in.
 */
#ifndef CRM_STORE_GIT_NONET_H
#define CRM_STORE_GIT_NONET_H

void git_nonet(void);

#endif
