/**
 * Configuration files of other servers made into one of ours: {@code ./sluice import}.
 *
 * <p>{@link dev.sluice.imports.ConfReader} reads the syntax that nginx has and SRS borrowed. A
 * table ({@link dev.sluice.imports.SrsDirectives}, {@link dev.sluice.imports.NginxDirectives}) has
 * every directive of such a server with what becomes of it here; {@link
 * dev.sluice.imports.SrsImport} and {@link dev.sluice.imports.NginxImport} go through a file by it.
 * Whatever they meet ends as a {@link dev.sluice.imports.Finding}, so that nothing is left out
 * without a word. A key is written only where it means the same; where a check of who may publish
 * or play cannot be taken over whole, the door stays closed until the operator has decided.
 *
 * <p>Source: the directives of SRS 1 to 7 and of nginx-rtmp-module 1.1 and 1.2 (arut's and
 * sergey's).
 *
 * <p>Pure: no files, no clock, no threads. What a file includes is asked of an {@link
 * dev.sluice.imports.Inclusion}. Text that is no configuration throws {@link
 * dev.sluice.wire.MalformedException} with file, line and column.
 */
@NullMarked
package dev.sluice.imports;

import org.jspecify.annotations.NullMarked;
