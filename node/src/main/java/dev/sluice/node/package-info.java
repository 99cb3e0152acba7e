/**
 * One node as a whole: the wall clock, the wiring of hub, endpoints, access and API, what is logged
 * of it, and its life from start to graceful stop. The only place in the node where a real clock is
 * read.
 */
@NullMarked
package dev.sluice.node;

import org.jspecify.annotations.NullMarked;
