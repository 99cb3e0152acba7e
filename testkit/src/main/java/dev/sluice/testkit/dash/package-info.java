/**
 * Judges the descriptions and segments that a server of DASH sent, against the rules that a live
 * service can break.
 *
 * <p>Source: ISO/IEC 23009-1:2022, and the DASH-IF interoperability points for live and low-latency
 * services (IOP 4.3 and its change request for low latency), whose sections the rules name. {@link
 * dev.sluice.testkit.dash.DashRules} is told everything that one client loaded, in its order;
 * nothing is taken from the code that wrote it.
 */
@NullMarked
package dev.sluice.testkit.dash;

import org.jspecify.annotations.NullMarked;
