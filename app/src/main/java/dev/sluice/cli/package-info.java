/** The commands of the program, one class each; {@code dev.sluice.Main} lists them. */
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
