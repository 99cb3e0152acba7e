/**
 * Matroska and WebM files as media files with random access.
 *
 * <p>Source: RFC 9559. The format stores presentation times only; decoding times are made of them
 * by {@link dev.sluice.mux.mkv.DecodingTimes}. Blocks of several tracks come roughly in order;
 * {@link dev.sluice.mux.mkv.MatroskaFile} puts their frames in order of DTS within a bounded
 * look-ahead.
 *
 * <p>No threads, no clock; reading goes through {@link dev.sluice.mux.ByteSource} and may block.
 * Buffers: units that are given are owned by the receiver; {@link
 * dev.sluice.mux.mkv.MatroskaFile#close} frees what is read ahead. Errors: a file that cannot be
 * read throws when it is opened, a faulty element ends it, a faulty frame is left out and counted.
 * A file that ends in the middle of a block, as a live recording does, ends before it.
 */
@NullMarked
package dev.sluice.mux.mkv;

import org.jspecify.annotations.NullMarked;
