/** Tests of the RTMP engines. */
@NullMarked
package dev.sluice.session.rtmp;

import org.jspecify.annotations.NullMarked;
