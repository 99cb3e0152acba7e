package dev.sluice.wire.dash;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Descriptions for the tests of this package. */
final class Descriptions {
  static final long MS = 1_000_000L;
  static final long S = 1_000 * MS;

  /** 2026-11-25T20:00:00.040Z. */
  static final long DATE = 1_795_636_800_040L * MS;

  private Descriptions() {}

  /** What a packager with low latency says of a picture and its sound. */
  static Mpd live() {
    var timing = Descriptor.of(Descriptor.TIME_BY_HTTP_ISO, "/time");
    long start = DATE / MS * 90; // ticks of 90 kHz
    var video =
        new SegmentTemplate(
            "v-$Time$.m4s",
            "v-init.mp4",
            90_000,
            start,
            Mpd.UNSET,
            Mpd.UNSET,
            Mpd.UNSET,
            Mpd.UNSET,
            Availability.inChunks(1_800 * MS),
            null,
            new SegmentTimeline.Builder()
                .add(start, 180_180)
                .add(start + 180_180, 180_180)
                .add(start + 3 * 180_180, 180_180)
                .build());
    long samples = DATE / MS * 48;
    var sound =
        new SegmentTemplate(
            "a-$Time$.m4s",
            "a-init.mp4",
            48_000,
            samples,
            Mpd.UNSET,
            Mpd.UNSET,
            Mpd.UNSET,
            Mpd.UNSET,
            Availability.inChunks(1_800 * MS),
            null,
            new SegmentTimeline.Builder()
                .add(samples, 96_256)
                .add(samples + 96_256, 95_232)
                .build());
    var produced =
        new ProducerReferenceTime(0, ProducerReferenceTime.Type.ENCODER, DATE, start, true, timing);
    var pictures =
        AdaptationSet.of(
            0,
            "video",
            null,
            "main",
            MediaAttributes.NONE.live(
                List.of(InbandEventStream.of("urn:scte:scte35:2013:bin")),
                List.of(produced),
                List.of()),
            video,
            List.of(
                Representation.of(
                    "v",
                    2_500_000,
                    MediaAttributes.video(
                        "avc1.640028",
                        1920,
                        1080,
                        AspectRatio.SQUARE,
                        new FrameRate(30_000, 1_001)),
                    null)));
    var sounds =
        AdaptationSet.of(
            1,
            "audio",
            "en",
            "main",
            MediaAttributes.NONE,
            sound,
            List.of(
                Representation.of(
                    "a", 128_000, MediaAttributes.audio("mp4a.40.2", 48_000, 2), null)));
    return new Mpd(
        null,
        Mpd.Type.DYNAMIC,
        List.of(Mpd.PROFILE_LIVE, Mpd.PROFILE_CMAF),
        new MpdTimes(
            0,
            Mpd.UNSET,
            DATE + 8 * S,
            Mpd.UNSET,
            2 * S,
            2 * S,
            60 * S,
            3 * S,
            2_002 * MS,
            Mpd.UNSET),
        List.of(),
        List.of(),
        List.of(
            new ServiceDescription(
                0,
                List.of(),
                new ServiceDescription.Latency(0, 3_000, 6_000, 1_500),
                new ServiceDescription.PlaybackRate(1.04, 0.96))),
        List.of(Period.of("1", DATE, List.of(pictures, sounds))),
        List.of(),
        List.of(),
        List.of(timing));
  }

  /** One of everything that can be said. */
  static Mpd everything() {
    var property = new Descriptor("urn:a", "1 & \"2\" < '3'\n\t>", "d");
    var bare = new Descriptor("urn:b", null, null);
    var media =
        new MediaAttributes(
            List.of("urn:p", "urn:q"),
            "video/mp4",
            "avc1.64001F",
            1280,
            720,
            new AspectRatio(4, 3),
            new FrameRate(25, 1),
            44_100,
            0,
            "progressive",
            true,
            List.of(Descriptor.of(Descriptor.CHANNEL_CONFIGURATION, "6")),
            List.of(property),
            List.of(bare, property),
            List.of(new InbandEventStream("urn:e", "v", 1_000)),
            List.of(
                new MediaAttributes.Label("de", "Straße & \"Meer\" <3> \uD83C\uDF0A"),
                new MediaAttributes.Label(null, "x")),
            List.of(
                new ProducerReferenceTime(
                    Mpd.UNSET, ProducerReferenceTime.Type.CAPTURED, DATE + 1, 7, false, null),
                new ProducerReferenceTime(
                    3, ProducerReferenceTime.Type.APPLICATION, -1, 0, true, bare)),
            List.of(
                new Resync(2, 90_000, 0.5, true),
                new Resync(0, Mpd.UNSET, Resync.NO_RATIO, false)));
    var template =
        new SegmentTemplate(
            "$RepresentationID$/$Number%05d$.m4s",
            "$RepresentationID$/init.mp4",
            12_800,
            77,
            -5,
            25_600,
            0,
            99,
            new Availability(Mpd.INFINITE, true),
            new FailoverContent(
                false,
                List.of(
                    new FailoverContent.Stretch(5, 6), new FailoverContent.Stretch(20, Mpd.UNSET))),
            new SegmentTimeline(
                List.of(
                    new SegmentTimeline.S(0, 7, 25_600, 3, 1),
                    new SegmentTimeline.S(Mpd.UNSET, Mpd.UNSET, 1, 0, 4),
                    new SegmentTimeline.S(
                        200_000, Mpd.UNSET, 2, SegmentTimeline.S.TO_THE_NEXT, 1))));
    var base = new BaseUrl("a/?b=1&c=2", "one", Availability.inChunks(1_500_000_001L));
    var set =
        new AdaptationSet(
            4,
            "video",
            "de",
            new AspectRatio(16, 9),
            new AdaptationSet.Bounds(
                1, 2, 3, 4, 5, 6, new FrameRate(24_000, 1_001), new FrameRate(50, 1)),
            true,
            false,
            media,
            List.of(bare),
            List.of(Descriptor.of(Descriptor.ROLE, "main"), bare),
            List.of(property),
            List.of(base),
            template,
            List.of(
                new Representation("r", 1, 2, "q p", media, List.of(base), template),
                Representation.of("", 0, MediaAttributes.NONE, null)));
    return new Mpd(
        "mpd",
        Mpd.Type.STATIC,
        List.of("urn:x", "urn:y"),
        new MpdTimes(
            DATE, DATE + 1, DATE + 10, 3_601 * S, 0, 1, 2 * S + 500 * MS, 3 * S, 4 * S, 5 * S),
        List.of(base, BaseUrl.of("b/")),
        List.of("https://example.com/live.mpd?a=1&b=2"),
        List.of(
            new ServiceDescription(
                1,
                List.of(bare),
                new ServiceDescription.Latency(Mpd.UNSET, 1, Mpd.UNSET, 2),
                new ServiceDescription.PlaybackRate(1.5, ServiceDescription.PlaybackRate.UNSET)),
            new ServiceDescription(Mpd.UNSET, List.of(), null, null)),
        List.of(
            new Period("p0", 0, 10 * S, List.of(base), template, List.of(set), List.of(bare)),
            new Period(null, Mpd.UNSET, Mpd.UNSET, List.of(), null, List.of(), List.of())),
        List.of(property),
        List.of(bare),
        List.of(Descriptor.of(Descriptor.TIME_DIRECT, "2026-11-25T20:00:00Z"), bare));
  }

  /** Descriptions with anything in any place that the records allow. */
  static final class Any {
    private static final String LETTERS = "aZ09 <>&\"'\n\t\r%$,;é\u2028\uFFFD";

    private final RandomGenerator random;

    Any(RandomGenerator random) {
      this.random = random;
    }

    Mpd mpd() {
      return new Mpd(
          maybe(this::text),
          random.nextBoolean() ? Mpd.Type.STATIC : Mpd.Type.DYNAMIC,
          list(this::word),
          new MpdTimes(
              date(), date(), date(), nanos(), nanos(), 2 * S, nanos(), nanos(), nanos(), nanos()),
          list(this::base),
          list(this::text),
          list(this::service),
          some(this::period),
          list(this::descriptor),
          list(this::descriptor),
          list(this::descriptor));
    }

    private Period period() {
      return new Period(
          maybe(this::text),
          nanos(),
          nanos(),
          list(this::base),
          maybe(this::template),
          list(this::set),
          list(this::descriptor));
    }

    private AdaptationSet set() {
      return new AdaptationSet(
          number(),
          maybe(this::text),
          maybe(this::text),
          maybe(this::ratio),
          new AdaptationSet.Bounds(
              number(),
              number(),
              number(),
              number(),
              number(),
              number(),
              maybe(this::rate),
              maybe(this::rate)),
          random.nextBoolean(),
          maybe(random::nextBoolean),
          media(),
          list(this::descriptor),
          list(this::descriptor),
          list(this::descriptor),
          list(this::base),
          maybe(this::template),
          list(this::representation));
    }

    private Representation representation() {
      return new Representation(
          text(),
          random.nextLong(1L << 40),
          number(),
          maybe(this::text),
          media(),
          list(this::base),
          maybe(this::template));
    }

    private MediaAttributes media() {
      return new MediaAttributes(
          list(this::word),
          maybe(this::text),
          maybe(this::text),
          random.nextInt(4_000),
          random.nextInt(4_000),
          maybe(this::ratio),
          maybe(this::rate),
          random.nextInt(96_001),
          random.nextInt(-1, 7),
          maybe(this::text),
          maybe(random::nextBoolean),
          list(this::descriptor),
          list(this::descriptor),
          list(this::descriptor),
          list(() -> new InbandEventStream(text(), maybe(this::text), positive())),
          list(() -> new MediaAttributes.Label(maybe(this::text), text())),
          list(() ->
              new ProducerReferenceTime(
                  number(),
                  ProducerReferenceTime.Type.values()[random.nextInt(3)],
                  random.nextLong(-DATE, DATE),
                  random.nextLong(1L << 50),
                  random.nextBoolean(),
                  maybe(this::descriptor))),
          list(() ->
              new Resync(
                  random.nextInt(4),
                  number(),
                  random.nextBoolean() ? Resync.NO_RATIO : random.nextDouble(),
                  random.nextBoolean())));
    }

    private SegmentTemplate template() {
      return new SegmentTemplate(
          maybe(this::text),
          maybe(this::text),
          positive(),
          number(),
          random.nextBoolean() ? Mpd.UNSET : random.nextLong(-1_000, 1_000),
          number(),
          number(),
          number(),
          availability(),
          maybe(() ->
              new FailoverContent(
                  random.nextBoolean(),
                  list(() -> new FailoverContent.Stretch(random.nextLong(1L << 50), number())))),
          maybe(() ->
              new SegmentTimeline(
                  list(() ->
                      new SegmentTimeline.S(
                          number(),
                          number(),
                          random.nextLong(1, 1L << 40),
                          random.nextInt(-1, 9),
                          random.nextInt(1, 4))))));
    }

    private ServiceDescription service() {
      return new ServiceDescription(
          number(),
          list(this::descriptor),
          maybe(() -> new ServiceDescription.Latency(number(), number(), number(), number())),
          maybe(() ->
              new ServiceDescription.PlaybackRate(
                  random.nextDouble(2), ServiceDescription.PlaybackRate.UNSET)));
    }

    private BaseUrl base() {
      return new BaseUrl(text(), maybe(this::text), availability());
    }

    private Availability availability() {
      long offset = random.nextInt(4) == 0 ? Mpd.INFINITE : nanos();
      return new Availability(offset, maybe(random::nextBoolean));
    }

    private Descriptor descriptor() {
      return new Descriptor(text(), maybe(this::text), maybe(this::text));
    }

    private AspectRatio ratio() {
      return new AspectRatio(random.nextInt(100), random.nextInt(100));
    }

    private FrameRate rate() {
      return new FrameRate(random.nextInt(60_001), random.nextBoolean() ? 1 : 1_001);
    }

    private long nanos() {
      return random.nextInt(3) == 0 ? Mpd.UNSET : random.nextLong(1_000_000 * S);
    }

    private long date() {
      return random.nextInt(3) == 0 ? Mpd.UNSET : random.nextLong(-DATE, 2 * DATE);
    }

    private long number() {
      return random.nextInt(3) == 0 ? Mpd.UNSET : random.nextLong(1L << 50);
    }

    private long positive() {
      return random.nextInt(3) == 0 ? Mpd.UNSET : random.nextLong(1, 1L << 32);
    }

    /** White space at the ends means nothing anywhere, so there is none. */
    private String text() {
      StringBuilder out = new StringBuilder();
      for (int i = random.nextInt(8); i > 0; i--) {
        out.append(
            random.nextInt(20) == 0
                ? "\uD83C\uDF0A"
                : LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      return out.toString().strip();
    }

    private String word() {
      return "urn:" + random.nextInt(1_000);
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
      return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> some(Supplier<T> value) {
      List<T> all = new ArrayList<>(list(value));
      all.add(value.get());
      return all;
    }

    private <T> List<T> list(Supplier<T> value) {
      List<T> all = new ArrayList<>();
      for (int i = Math.max(0, random.nextInt(-2, 3)); i > 0; i--) {
        all.add(value.get());
      }
      return all;
    }
  }
}
