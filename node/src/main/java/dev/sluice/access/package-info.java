/**
 * Who may publish and who may play: rules and what they ask to be proved ({@link
 * dev.sluice.access.Rulebook} has their order), the token, the trust in this host, limits on
 * connections; and who is in, as one kind of session whatever the protocol ({@link
 * dev.sluice.access.SessionBook}), for how long and beside whom ({@link
 * dev.sluice.access.Attendance}).
 *
 * <p>Pure decisions on values; any thread. The one file, with the token, is read or made once, at
 * the start; where revocations are kept is the wiring's ({@link
 * dev.sluice.access.RevocationJournal}). Secrets are compared in time that does not depend on them,
 * and stand in no text.
 */
@NullMarked
package dev.sluice.access;

import org.jspecify.annotations.NullMarked;
