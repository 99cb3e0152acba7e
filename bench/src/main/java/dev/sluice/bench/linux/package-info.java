/**
 * What the load client needs of Linux: sockets and epoll straight on libc (java.lang.foreign), and
 * the kernel's own accounts of CPU time and memory from {@code /proc}.
 *
 * <p>Sockets go past the JDK because {@code recv} with {@code MSG_TRUNC} lets the kernel drop
 * received bytes without copying them: that, and nothing cleverer, makes ten thousand viewers
 * cheaper than the server that feeds them. An object of this package belongs to one thread unless
 * it says otherwise. Native failures are {@link java.io.IOException}s that name the call and the
 * error number.
 *
 * <p>Source: Linux manual pages recv(2), tcp(7), epoll(7), getrlimit(2), proc(5).
 */
@NullMarked
package dev.sluice.bench.linux;

import org.jspecify.annotations.NullMarked;
