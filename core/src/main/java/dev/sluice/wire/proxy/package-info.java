/**
 * What a proxy says of whom it speaks for: the PROXY protocol in front of a connection, and the
 * header fields of HTTP requests.
 *
 * <p>Sources: "The PROXY protocol, versions 1 and 2" of HAProxy (2020/03/05, with the TLVs of 2.2);
 * RFC 7239 for {@code Forwarded}; RFC 5952 for how an IPv6 address is written.
 *
 * <p>Immutable; no I/O, threads or clocks, and nothing here decides whether a word is to be
 * believed: that is the caller's, who knows from where it comes. Short input returns null and
 * consumes nothing; input that can never become valid throws {@link
 * dev.sluice.wire.MalformedException}.
 */
@NullMarked
package dev.sluice.wire.proxy;

import org.jspecify.annotations.NullMarked;
