package org.thalweg.house;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;

/// Writes and compiles the projects of imaginary users.
///
/// They resolve our artifacts from a local repository of their own, into which the jars of this
/// build are copied; all else in it is a link to the user's local repository, so that nothing is
/// fetched twice and nothing of ours stays behind there.
///
/// @param directory holds the projects and the repository
record Consumers(Path directory) {
  private static final String HEAD =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
      """;

  /// Writes all projects, after removing what an earlier run left.
  static Consumers write(Path directory) throws IOException {
    delete(directory);
    // Ends Maven's search for the directory of the build it belongs to.
    Files.createDirectories(directory.resolve(".mvn"));
    Consumers consumers = new Consumers(directory);
    consumers.writeRepository();
    Files.writeString(directory.resolve("pom.xml"), parentPom());
    for (String module : Tree.PUBLISHED) {
      Path project = consumers.project(module);
      copy(Tree.ROOT.resolve("house/src/test/consumers").resolve(module), sources(project));
      Files.writeString(project.resolve("pom.xml"), pom(module));
    }
    return consumers;
  }

  /// Compiles them in one run of Maven, each against its own dependencies.
  Run compile() throws IOException {
    return Run.of(
        directory,
        List.of(
            Path.of(Tree.property("maven.home"), "bin", "mvn").toString(),
            "--batch-mode",
            "--quiet",
            "--fail-at-end",
            "-Dmaven.repo.local=" + repository(),
            "compile"));
  }

  Path project(String module) {
    return directory.resolve(module);
  }

  /// Where the build of a consumer that compiles leaves the jars it needs.
  Path path(String module) {
    return project(module).resolve("target/path");
  }

  static String artifact(String module) {
    return module.equals("thalweg") ? "thalweg" : "thalweg-" + module;
  }

  private Path repository() {
    return directory.resolve("repository");
  }

  private static Path sources(Path project) {
    return project.resolve("src/main/java");
  }

  private void writeRepository() throws IOException {
    Path outside = Path.of(Tree.property("maven.repo.local"));
    link(outside, repository(), "org");
    link(outside.resolve("org"), repository().resolve("org"), "thalweg");
    install("thalweg-parent", Tree.ROOT.resolve("pom.xml"), "pom");
    install("thalweg-bom", Tree.ROOT.resolve("bom/pom.xml"), "pom");
    for (String module : Tree.PUBLISHED) {
      String artifact = artifact(module);
      Path target = Tree.ROOT.resolve(module).resolve("target");
      install(artifact, Tree.ROOT.resolve(module).resolve("pom.xml"), "pom");
      Path jar = target.resolve(artifact + "-" + version() + ".jar");
      if (!Files.exists(jar) || isOlderThanItsClasses(jar)) {
        throw new IOException(
            "consumers: ["
                + Tree.name(jar)
                + "] is missing or stale: run mvn verify, not mvn test");
      }
      install(artifact, jar, "jar");
    }
  }

  private void install(String artifact, Path file, String ending) throws IOException {
    Path to = repository().resolve("org/thalweg").resolve(artifact).resolve(version());
    Files.createDirectories(to);
    Files.copy(file, to.resolve(artifact + "-" + version() + "." + ending));
  }

  private static boolean isOlderThanItsClasses(Path jar) throws IOException {
    FileTime built = Files.getLastModifiedTime(jar);
    try (Stream<Path> entries = Files.walk(jar.resolveSibling("classes"))) {
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        if (Files.getLastModifiedTime(entry).compareTo(built) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static String version() {
    return Tree.property("thalweg.version");
  }

  /// Links all entries of a directory but one, which becomes a directory.
  private static void link(Path from, Path to, String but) throws IOException {
    Files.createDirectories(to.resolve(but));
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.equals(but)) {
          Files.createSymbolicLink(to.resolve(name), entry);
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.walk(from)) {
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(entry));
        Files.createDirectories(copy.getParent());
        Files.copy(entry, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /// Removes a tree; links go, what they point to stays.
  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException error)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static String parentPom() {
    StringBuilder modules = new StringBuilder();
    Tree.PUBLISHED.forEach(m -> modules.append("<module>").append(m).append("</module>"));
    return HEAD
        + """
          <groupId>consumer</groupId>
          <artifactId>parent</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <modules>%s</modules>
          <properties>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          </properties>
          <build>
            <plugins>
              <plugin>
                <artifactId>maven-toolchains-plugin</artifactId>
                <version>%s</version>
                <executions>
                  <execution>
                    <goals><goal>select-jdk-toolchain</goal></goals>
                    <configuration>
                      <discoverToolchains>true</discoverToolchains>
                      <version>[25,)</version>
                    </configuration>
                  </execution>
                </executions>
              </plugin>
              <plugin>
                <artifactId>maven-resources-plugin</artifactId>
                <version>%s</version>
              </plugin>
              <plugin>
                <artifactId>maven-compiler-plugin</artifactId>
                <version>%s</version>
                <configuration>
                  <release>25</release>
                  <compilerArgs><arg>-Xlint:all</arg><arg>-Werror</arg></compilerArgs>
                </configuration>
              </plugin>
            </plugins>
          </build>
        </project>
        """
            .formatted(
                modules,
                Tree.property("version.toolchains"),
                Tree.property("version.resources"),
                Tree.property("version.compiler"));
  }

  private static String pom(String module) {
    return HEAD
        + """
          <parent><groupId>consumer</groupId><artifactId>parent</artifactId><version>1</version></parent>
          <artifactId>%s</artifactId>
          <dependencyManagement>
            <dependencies>
              <dependency>
                <groupId>org.thalweg</groupId>
                <artifactId>thalweg-bom</artifactId>
                <version>%s</version>
                <type>pom</type>
                <scope>import</scope>
              </dependency>
            </dependencies>
          </dependencyManagement>
          <dependencies>
            <dependency>
              <groupId>org.thalweg</groupId>
              <artifactId>%s</artifactId>
            </dependency>
          </dependencies>
          <build>
            <plugins>
              <plugin>
                <artifactId>maven-dependency-plugin</artifactId>
                <version>%s</version>
                <executions>
                  <execution>
                    <phase>compile</phase>
                    <goals><goal>build-classpath</goal></goals>
                    <configuration>
                      <includeScope>runtime</includeScope>
                      <outputFile>${project.build.directory}/path</outputFile>
                    </configuration>
                  </execution>
                </executions>
              </plugin>
            </plugins>
          </build>
        </project>
        """
            .formatted(module, version(), artifact(module), Tree.property("version.dependency"));
  }
}
