package org.thalweg.house;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the constant pool of one class file tells: everything the class names, whether or not that
/// code ever runs.
///
/// @param name the class, with dots
/// @param interfaces those it implements, or extends, itself
/// @param types all classes it names, in code, descriptors, generic signatures and annotations
/// @param members fields and methods it uses, as `owner#name` with the owner as the compiler saw it
/// @param strings its string literals
record ClassFacts(
    String name,
    Set<String> interfaces,
    Set<String> types,
    Set<String> members,
    Set<String> strings) {
  private static final Pattern TYPE_IN_DESCRIPTOR =
      Pattern.compile("L([\\p{javaJavaIdentifierPart}/]+)[;<]");

  static ClassFacts of(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    Set<String> interfaces = new TreeSet<>();
    model.interfaces().forEach(entry -> interfaces.add(dotted(entry.asInternalName())));
    Set<String> types = new TreeSet<>();
    Set<String> members = new TreeSet<>();
    Set<String> strings = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry type when !type.asInternalName().startsWith("[") ->
            types.add(dotted(type.asInternalName()));
        case ClassEntry array -> addDescribed(array.asInternalName(), types);
        case MemberRefEntry member ->
            members.add(
                dotted(member.owner().asInternalName()) + "#" + member.name().stringValue());
        case StringEntry string -> strings.add(string.stringValue());
        case Utf8Entry text -> addDescribed(text.stringValue(), types);
        default -> {}
      }
    }
    String name = dotted(model.thisClass().asInternalName());
    return new ClassFacts(name, interfaces, types, members, strings);
  }

  /// The facts of a class on the class path.
  static ClassFacts of(Class<?> type) {
    String resource = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("classFacts: no class file for [" + resource + "]");
      }
      return of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The facts of every compiled main class.
  static List<ClassFacts> ofTheTree() throws IOException {
    List<ClassFacts> all = new ArrayList<>();
    for (Path file : Tree.classFiles()) {
      all.add(of(Files.readAllBytes(file)));
    }
    return all;
  }

  /// The package, empty for `module-info`.
  String packageName() {
    return packageOf(name);
  }

  static String packageOf(String className) {
    int dot = className.lastIndexOf('.');
    return dot < 0 ? "" : className.substring(0, dot);
  }

  private static void addDescribed(String text, Set<String> types) {
    Matcher matcher = TYPE_IN_DESCRIPTOR.matcher(text);
    while (matcher.find()) {
      types.add(dotted(matcher.group(1)));
    }
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }
}
