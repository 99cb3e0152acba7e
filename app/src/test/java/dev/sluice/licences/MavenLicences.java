package dev.sluice.licences;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Reads licences from POMs in a local Maven repository; those without any have their parent's, as
 * Maven says.
 */
final class MavenLicences {
  /** A chain of parents longer than this is a circle. */
  private static final int MAX_PARENTS = 10;

  private MavenLicences() {}

  /**
   * The dependency that a jar of a local repository belongs to.
   *
   * @param jar {@code …/group/parts/artifact/version/artifact-version[-classifier].jar}
   */
  static Dependency of(Path jar) throws IOException {
    Path versionFolder = jar.getParent();
    String version = versionFolder.getFileName().toString();
    String artifact = versionFolder.getParent().getFileName().toString();
    Path pom = versionFolder.resolve(artifact + "-" + version + ".pom");
    Element project = parse(pom);
    String group = text(project, "groupId");
    if (group == null) {
      group = text(child(project, "parent"), "groupId");
    }
    if (group == null) {
      throw new IOException("no group in " + pom);
    }
    Path repository = versionFolder.getParent();
    for (int i = 0; i <= group.split("\\.").length; i++) {
      repository = repository.getParent();
    }
    return new Dependency(group + ":" + artifact, version, licences(repository, project));
  }

  private static List<String> licences(Path repository, Element project) throws IOException {
    Element current = project;
    for (int i = 0; i < MAX_PARENTS; i++) {
      List<String> found = ownLicences(current);
      Element parent = child(current, "parent");
      if (!found.isEmpty() || parent == null) {
        return found;
      }
      String artifact = text(parent, "artifactId");
      String version = text(parent, "version");
      current =
          parse(
              repository
                  .resolve(String.valueOf(text(parent, "groupId")).replace('.', '/'))
                  .resolve(artifact + "/" + version + "/" + artifact + "-" + version + ".pom"));
    }
    throw new IOException("too many parents");
  }

  private static List<String> ownLicences(Element project) {
    Element list = child(project, "licenses");
    List<String> names = new ArrayList<>();
    for (Element licence : children(list, "license")) {
      String name = text(licence, "name");
      String spdx = name == null ? "without a name" : Licences.spdx(name);
      names.add(Licences.byAddress(spdx, text(licence, "url")));
    }
    return names.stream().distinct().toList();
  }

  private static Element parse(Path pom) throws IOException {
    try (var in = Files.newInputStream(pom)) {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(in).getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("cannot read " + pom, e);
    }
  }

  private static @Nullable String text(@Nullable Element element, String name) {
    Element found = child(element, name);
    return found == null ? null : found.getTextContent().strip();
  }

  private static @Nullable Element child(@Nullable Element element, String name) {
    List<Element> found = children(element, name);
    return found.isEmpty() ? null : found.getFirst();
  }

  private static List<Element> children(@Nullable Element element, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = element == null ? null : element.getFirstChild();
        node != null;
        node = node.getNextSibling()) {
      if (node instanceof Element child && child.getTagName().equals(name)) {
        found.add(child);
      }
    }
    return found;
  }
}
