/**
 * Judges what a server of HTTP Live Streaming sent, against the rules that a server can break.
 *
 * <p>Source: draft-pantos-hls-rfc8216bis (HTTP Live Streaming, 2nd edition), whose sections the
 * rules name. {@link dev.sluice.testkit.hls.HlsRules} is told everything that one client loaded, in
 * its order and with its times; nothing is taken from the code that wrote it.
 */
@NullMarked
package dev.sluice.testkit.hls;

import org.jspecify.annotations.NullMarked;
