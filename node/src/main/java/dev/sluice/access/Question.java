package dev.sluice.access;

import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;

/** May {@code client} do that with the stream? */
public record Question(Action action, StreamName stream, Client client) {}
