/**
 * MPEG-2 transport streams as bytes: packets, sections, tables, descriptors, PES headers.
 *
 * <p>Source: ISO/IEC 13818-1:2022 (ITU-T H.222.0), whose sections the types name; ETSI EN 300 468
 * for the descriptors of DVB; SCTE 35 for splice information; ETSI TS 102 366 annex A and ATSC A/52
 * for AC-3; the registration of Opus; the AOM's "Carriage of AV1 in MPEG-2 TS" v1.0.
 *
 * <p>Immutable, without I/O, threads or clocks, except {@link
 * dev.sluice.wire.mpegts.SectionAssembler}, which gathers what is spread over packets. What is read
 * for every packet are static methods over a buffer and an index, which make no object. Times are
 * ticks of 90 kHz, 33 bits; the PCR counts 27 MHz. Fields that have one legal value are not checked
 * where real encoders are seen to fill them otherwise; each such place says so.
 */
@NullMarked
package dev.sluice.wire.mpegts;

import org.jspecify.annotations.NullMarked;
