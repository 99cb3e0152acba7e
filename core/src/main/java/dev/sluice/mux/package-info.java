/**
 * Between containers and access units: demuxers, muxers and later the packager; one sub-package a
 * format.
 *
 * <p>No I/O, no threads, no clock: what happens is decided by the arguments alone.
 */
@NullMarked
package dev.sluice.mux;

import org.jspecify.annotations.NullMarked;
