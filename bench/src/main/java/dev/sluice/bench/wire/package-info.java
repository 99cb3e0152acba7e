/**
 * RTMP, FLV and HTTP as far as a load client needs them, written apart from the server's own
 * parsers on purpose: a fault that both sides shared could not be seen from here.
 *
 * <p>No I/O, threads or clocks. Parsers are fed pieces of any size and hand out whole messages;
 * input that can never become valid throws {@link dev.sluice.wire.MalformedException}.
 *
 * <p>Source: Adobe RTMP 1.0 (2012), sections 5 to 7; Adobe FLV and F4V 10.1, annex E; Action
 * Message Format AMF 0.
 */
@NullMarked
package dev.sluice.bench.wire;

import org.jspecify.annotations.NullMarked;
