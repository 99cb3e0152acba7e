/**
 * Clients that fetch over HTTP/1.1 and keep their connections: segments and playlists, one request
 * at a time each.
 *
 * <p>One thread for all of them, as with {@link dev.sluice.bench.load.EpollLoad}: bodies are
 * dropped by the kernel, except those that are checked. Knows nothing of the server's code.
 */
@NullMarked
package dev.sluice.bench.fetch;

import org.jspecify.annotations.NullMarked;
