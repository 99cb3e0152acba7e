/**
 * The link between two nodes: what goes over it as bytes, and how each proves to the other that it
 * has the cluster's key. Source: {@code docs/link-protocol.md}.
 *
 * <p>A body is a row of {@link dev.sluice.session.link.LinkRecord}s: {@link
 * dev.sluice.session.link.LinkReader} takes them out of what the socket brings. Before that each
 * request carries {@link dev.sluice.session.link.LinkProof}, which the {@link
 * dev.sluice.session.link.LinkGate} of the source judges. {@link
 * dev.sluice.session.link.LinkIntake} says of each record of a media connection whether it may come
 * here, and whether units are missing.
 *
 * <p>No I/O, no threads, no clock. Short input is waited for; what can never become valid throws
 * {@link dev.sluice.wire.MalformedException}. Buffers: arguments are borrowed; the payload of a
 * {@link dev.sluice.session.link.LinkRecord.Unit} that was read is owned by whoever reads.
 */
@NullMarked
package dev.sluice.session.link;

import org.jspecify.annotations.NullMarked;
