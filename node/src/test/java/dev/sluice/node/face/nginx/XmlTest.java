package dev.sluice.node.face.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class XmlTest {
  private static Document parse(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)));
  }

  @Test
  void whatMeansSomethingInXmlIsWrittenOtherwise() {
    assertThat(new Xml().put("a", "<b>&'\"\u0000\u0008\uFFFE\uD800 \uD83D\uDE00]]>").toString())
        .endsWith("<a>&lt;b&gt;&amp;&apos;&quot;\uFFFD\uFFFD\uFFFD\uFFFD \uD83D\uDE00]]&gt;</a>\n");
  }

  @Test
  void elementsFlagsAndNumbers() {
    String text =
        new Xml()
            .open("a")
            .put("n", -1)
            .putIfAny("none", "")
            .putIfAny("some", "x")
            .flag("yes", true)
            .flag("no", false)
            .close("a")
            .toString();
    assertThat(text)
        .isEqualTo(
            """
            <?xml version="1.0" encoding="utf-8" ?>
            <a>
            <n>-1</n>
            <some>x</some>
            <yes/></a>
            """);
  }

  @RepeatedTest(100)
  void anyTextIsWellFormed(RepetitionInfo run) throws Exception {
    var random = Seeds.random(run);
    var text = new StringBuilder();
    for (int i = random.nextInt(50); i > 0; i--) {
      text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(65_536)));
    }
    Document document = parse(new Xml().put("a", text.toString()).toString());
    assertThat(document.getDocumentElement().getChildNodes().getLength()).isLessThanOrEqualTo(1);
    String read = document.getDocumentElement().getTextContent();
    assertThat(read.codePointCount(0, read.length()))
        .isLessThanOrEqualTo(text.codePointCount(0, text.length()));
  }
}
