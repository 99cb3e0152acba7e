/**
 * What checkers of conformance have in common: rules as rows of a table, findings, and the page
 * that shows them.
 *
 * <p>Checkers judge what a server sent by its text alone and share no code with what wrote it.
 */
@NullMarked
package dev.sluice.testkit.rules;

import org.jspecify.annotations.NullMarked;
