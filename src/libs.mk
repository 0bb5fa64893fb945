# The foreign libraries. Each is used by one file of src/store (src/README has
# the table). libgit2 is linked statically, without its network members; where
# that does not link, make GIT2=shared uses the shared library.
LIBS_CFLAGS =
LIBS = -lgit2 -lcsv -lz -lutf8proc
