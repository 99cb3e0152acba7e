/**
 * Our own HTTP API under {@code /sluice/v1/}, and {@code /healthz}: what lives on this node, and a
 * way to end connections. Additive only; its document is the resource {@code openapi.yaml}.
 *
 * <p>Control plane: requests are answered on virtual threads, which ask the loops by tasks and wait
 * a bounded time. Everything but {@code /healthz} and the public list wants the token, except from
 * a trusted host.
 */
@NullMarked
package dev.sluice.node.api;

import org.jspecify.annotations.NullMarked;
