package dev.sluice.node.config;

import dev.sluice.event.EventKind;
import dev.sluice.media.StreamPattern;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One receiver of signed batches of events. */
public record WebhookSettings(
    @Key(doc = "Where events are posted.") @Nullable WebAddress url,
    @Key(doc = "The secret that posts are signed with; needed.") @Nullable Secret secret,
    @Key(doc = "Kinds of events. Absent: all.") List<EventKind> kinds,
    @Key(doc = "Patterns of streams that they are about. Absent: all, and events about none.")
        List<StreamPattern> streams,
    @Key(
            doc =
                "Most bytes of events that are left to deliver, in memory and in a file; past it"
                    + " the oldest are dropped.",
            byDefault = "16MB",
            min = "100kB",
            max = "1GB")
        ByteSize maxSize,
    @Key(
            doc = "How long the receiver may take for a post.",
            byDefault = "10s",
            min = "100ms",
            max = "2m")
        Duration timeLimit) {}
