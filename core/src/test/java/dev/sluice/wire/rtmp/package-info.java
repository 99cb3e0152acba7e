/** Tests of the RTMP syntax. */
@NullMarked
package dev.sluice.wire.rtmp;

import org.jspecify.annotations.NullMarked;
