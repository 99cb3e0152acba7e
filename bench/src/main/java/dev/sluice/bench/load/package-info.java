/**
 * Viewers: how they join, how their bytes are counted or checked, and what came of it.
 *
 * <p>{@link dev.sluice.bench.load.EpollLoad} runs thousands of viewers on the calling thread and
 * lets the kernel drop their bytes; {@link dev.sluice.bench.load.TlsLoad} has a virtual thread per
 * viewer, because TLS bytes have to be decrypted anyway. Both talk only to this machine.
 */
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
