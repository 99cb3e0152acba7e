/**
 * Protocol engines: state machines that are fed bytes and the time and polled for effects; one
 * sub-package a protocol.
 *
 * <p>No I/O, no threads, no clock: what happens is decided by the arguments alone.
 */
@NullMarked
package dev.sluice.session;

import org.jspecify.annotations.NullMarked;
