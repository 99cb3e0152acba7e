/**
 * What node and manager share: records, contracts, and the store of wanted state.
 *
 * <p>{@link dev.sluice.control.Store} keeps what operators and programs have asked for; what runs
 * is brought into line with it by others. Its forms block on the disk: they are for the control
 * plane, and never for an event loop. No clocks: times are given.
 */
@NullMarked
package dev.sluice.control;

import org.jspecify.annotations.NullMarked;
