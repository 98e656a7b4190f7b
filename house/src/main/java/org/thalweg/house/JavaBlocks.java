package org.thalweg.house;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The Java of a Markdown page, compiled as a whole and run block by block in this JVM.
///
/// A block is a whole source file where it has a `main`, else the body of one. A block of nothing
/// but imports is no program: its imports hold for every body of the page.
final class JavaBlocks {
  private static final Pattern CLASS = Pattern.compile("\\bclass\\s+(\\w+)");

  private final Map<Integer, String> mains = new TreeMap<>();
  private final Path directory;

  private JavaBlocks(Path directory) {
    this.directory = directory;
  }

  /// Compiles the blocks of a page into a directory; every line keeps its number.
  ///
  /// @throws IllegalArgumentException with what the compiler says where it refuses
  static JavaBlocks compile(Path page, Path directory) throws IOException {
    List<Markdown.Block> blocks =
        Markdown.read(page).blocks().stream()
            .filter(block -> block.language().equals("java"))
            .toList();
    String imports =
        blocks.stream()
            .filter(JavaBlocks::isImports)
            .map(block -> block.text().replace('\n', ' '))
            .collect(Collectors.joining());
    JavaBlocks compiled = new JavaBlocks(directory);
    List<JavaFileObject> sources = new ArrayList<>();
    for (Markdown.Block block : blocks) {
      if (!isImports(block)) {
        sources.add(compiled.source(block, imports));
      }
    }
    if (!sources.isEmpty()) {
      compile(Tree.name(page), sources, directory);
    }
    return compiled;
  }

  private static boolean isImports(Markdown.Block block) {
    return block.text().lines().allMatch(line -> line.isBlank() || line.startsWith("import "));
  }

  /// What stands before the block is one line, then as many as on the page.
  private JavaFileObject source(Markdown.Block block, String imports) {
    String name = "block" + block.line();
    String above = "\n".repeat(block.line());
    if (block.text().contains("void main(")) {
      Matcher matcher = CLASS.matcher(block.text());
      String simple = matcher.find() ? matcher.group(1) : "Main";
      mains.put(block.line(), name + "." + simple);
      return new Source(name + "/" + simple, "package " + name + ";" + above + block.text());
    }
    StringBuilder own = new StringBuilder();
    StringBuilder body = new StringBuilder();
    block
        .text()
        .lines()
        .forEach(
            line -> {
              boolean isImport = line.startsWith("import ");
              own.append(isImport ? line : "");
              body.append(isImport ? "" : line).append('\n');
            });
    mains.put(block.line(), name + ".Block");
    return new Source(
        name + "/Block",
        "package %s; %s %s class Block { public static void main(String[] args) throws Exception {"
                .formatted(name, imports, own)
            + above
            + body
            + "}}\n");
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("page:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static void compile(String page, List<JavaFileObject> sources, Path directory)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(diagnostics, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-d",
              directory.toString(),
              "--class-path",
              System.getProperty("java.class.path"));
      if (!compiler.getTask(null, files, diagnostics, options, null, sources).call()) {
        throw new IllegalArgumentException(
            diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(
                    error ->
                        page + ", line " + error.getLineNumber() + ": " + error.getMessage(null))
                .collect(Collectors.joining("\n", "java does not compile:\n", "")));
      }
    }
  }

  /// The lines of the blocks that are programs.
  List<Integer> lines() {
    return List.copyOf(mains.keySet());
  }

  /// Runs a program.
  ///
  /// @param line of its block
  /// @return what it prints
  /// @throws IllegalStateException where it fails
  String run(int line) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    URL[] places = {directory.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(places, JavaBlocks.class.getClassLoader());
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      Method main = loader.loadClass(mains.get(line)).getMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[0]);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("line " + line + ": " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("line " + line + ": " + e, e);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
