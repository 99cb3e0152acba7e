/**
 * Segments that are kept outside memory: the form in which they are stored and handed on, and the
 * index that says where each is.
 *
 * <p>The form is ours. A file is records one behind the other, each a {@link
 * dev.sluice.mux.store.StoredHead} and its media; it stands alone, since the CMAF header that a
 * segment needs stands in front of the first segment of the file that needs it. A file that ends
 * within a record was torn: what is in front of that counts.
 *
 * <p>No I/O here: bytes are borrowed, nothing is kept of them. One thread at a time.
 */
@NullMarked
package dev.sluice.mux.store;

import org.jspecify.annotations.NullMarked;
