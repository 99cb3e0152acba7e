/**
 * What nginx-rtmp has at addresses of HTTP: {@code rtmp_stat} as XML, and {@code rtmp_control}.
 * Applications are what stands before the last element of a stream's name; {@code server} is a
 * vhost, the first one that of streams without.
 */
@NullMarked
package dev.sluice.node.face.nginx;

import org.jspecify.annotations.NullMarked;
