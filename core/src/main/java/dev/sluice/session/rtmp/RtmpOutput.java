package dev.sluice.session.rtmp;

/** What an RTMP engine wants from its owner. */
public sealed interface RtmpOutput permits ServerOutput, ClientOutput {}
