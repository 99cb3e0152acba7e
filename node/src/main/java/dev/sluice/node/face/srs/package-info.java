/**
 * SRS's HTTP API, {@code /api/v1/…}, as SRS 7.0.18 has it: its paths, fields, error codes and its
 * ways over HTTP (JSONP, methods in the query, errors with status 200).
 *
 * <p>Figures of process and host are read from {@code /proc}. Identifiers are those of SRS's hooks,
 * see {@link dev.sluice.access.backend.SrsIds}.
 */
@NullMarked
package dev.sluice.node.face.srs;

import org.jspecify.annotations.NullMarked;
