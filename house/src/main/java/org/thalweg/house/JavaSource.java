package org.thalweg.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// A source file as javac parses it; nothing in it is resolved.
///
/// @param name for messages
record JavaSource(String name, CompilationUnitTree tree, SourcePositions positions) {
  static List<JavaSource> parse(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      List<JavaSource> sources = new ArrayList<>();
      for (CompilationUnitTree tree : task.parse()) {
        Path file = Path.of(tree.getSourceFile().toUri()).toAbsolutePath().normalize();
        String name =
            file.startsWith(org.thalweg.house.Tree.ROOT)
                ? org.thalweg.house.Tree.name(file)
                : file.getFileName().toString();
        sources.add(new JavaSource(name, tree, positions));
      }
      return sources;
    }
  }

  /// File and line.
  String place(Tree node) {
    long start = positions.getStartPosition(tree, node);
    return name + ":" + tree.getLineMap().getLineNumber(start);
  }
}
