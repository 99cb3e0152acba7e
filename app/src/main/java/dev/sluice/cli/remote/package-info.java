/**
 * How commands ask a running server: where it is, who asks, what it answers, and what to say when
 * it does not.
 *
 * <p>Rules: what a server says is bounded, may be of any shape, and is cleaned of whatever a
 * terminal would take for an order before it is shown. A token never goes to a server for which it
 * was not meant, nor into any output.
 *
 * <p>Source: {@code docs/tools.md}, the API's own document {@code /sluice/v1/openapi.yaml}.
 */
@NullMarked
package dev.sluice.cli.remote;

import org.jspecify.annotations.NullMarked;
