/**
 * {@code sluice top}: the streams of a running server, as a screen that follows.
 *
 * <p>What was asked becomes a {@code Snapshot}, two of these a {@code TopModel}; {@code TopScreen}
 * makes a grid of cells of that and of a {@code View}, which is what the user has chosen; {@code
 * View} says what becomes of a key. All of these are values and pure functions, so that tests look
 * at screens as text. {@code TopLoop} joins them with a {@code Tty} and a server.
 *
 * <p>Rules: one cell is one ASCII character, so that a grid is what is seen; nothing that a server
 * or viewer says gets to the terminal as it is.
 */
@NullMarked
package dev.sluice.cli.top;

import org.jspecify.annotations.NullMarked;
