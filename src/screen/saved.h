/* saved.h: for tests: a saved index that was changed by hand gets the hashes of what it is now. */
#ifndef EN_SCREEN_SAVED_H
#define EN_SCREEN_SAVED_H

#include "base/bytes.h"

/* Does nothing where the sections do not lie within the bytes. */
void en_saved_rehash(uint8_t *saved, size_t n);

#endif
