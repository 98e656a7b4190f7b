package org.thalweg.house;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All routines of some sources, and who is called where. Nothing is resolved as a compiler does: a
/// call goes to the routines of its name with as many parameters, in the class it names where it
/// names one.
final class Routines {
  private final List<Routine> all = new ArrayList<>();
  private final Map<String, List<Routine>> byName = new HashMap<>();

  private final boolean withAnnotations;

  /// @param withAnnotations whether the texts in annotations are of interest
  Routines(List<JavaSource> sources, boolean withAnnotations) {
    this.withAnnotations = withAnnotations;
    for (JavaSource source : sources) {
      source.tree().accept(new Finder(source), null);
    }
    for (Routine routine : all) {
      byName
          .computeIfAbsent(key(routine.name, routine.parameters.size()), _ -> new ArrayList<>())
          .add(routine);
    }
  }

  List<Routine> all() {
    return all;
  }

  /// The constructor of one of the sources' own classes.
  List<Routine> of(NewClassTree creation) {
    return named(simpleName(creation.getIdentifier()), creation.getArguments().size());
  }

  /// Those that a call in this routine may go to.
  List<Routine> of(MethodInvocationTree call, Routine caller) {
    int count = call.getArguments().size();
    ExpressionTree method = call.getMethodSelect();
    if (method instanceof MemberSelectTree select) {
      List<Routine> found = named(select.getIdentifier().toString(), count);
      String receiver = simpleName(select.getExpression());
      List<Routine> own = found.stream().filter(r -> r.owner.equals(receiver)).toList();
      return own.isEmpty() ? found : own;
    }
    String name = simpleName(method);
    if (name.equals("this")) {
      return named(caller.owner, count);
    }
    List<Routine> found = named(name, count);
    List<Routine> near =
        found.stream().filter(r -> r.source.name().equals(caller.source.name())).toList();
    return near.isEmpty() ? found : near;
  }

  private List<Routine> named(String name, int count) {
    return byName.getOrDefault(key(name, count), List.of());
  }

  private static String key(String name, int count) {
    return name + "/" + count;
  }

  /// The last part of a name, without type arguments; empty for what is no name.
  static String simpleName(Tree tree) {
    return switch (tree) {
      case IdentifierTree identifier -> identifier.getName().toString();
      case MemberSelectTree select -> select.getIdentifier().toString();
      case com.sun.source.tree.ParameterizedTypeTree type -> simpleName(type.getType());
      default -> "";
    };
  }

  static boolean isText(Tree tree) {
    return tree instanceof LiteralTree literal && literal.getValue() instanceof String;
  }

  private final class Finder extends TreeScanner<Void, Void> {
    private final JavaSource source;
    private final Deque<Routine> open = new ArrayDeque<>();

    Finder(JavaSource source) {
      this.source = source;
    }

    private Routine enter(String owner, String name, List<String> parameters) {
      Routine routine = new Routine(source, owner, name, parameters);
      all.add(routine);
      open.push(routine);
      return routine;
    }

    @Override
    public Void visitClass(ClassTree tree, Void none) {
      enter(tree.getSimpleName().toString(), "", List.of());
      super.visitClass(tree, null);
      open.pop();
      return null;
    }

    @Override
    public Void visitMethod(MethodTree tree, Void none) {
      String owner = open.element().owner;
      String name = tree.getName().contentEquals("<init>") ? owner : tree.getName().toString();
      enter(owner, name, tree.getParameters().stream().map(Finder::textParameter).toList());
      super.visitMethod(tree, null);
      open.pop();
      return null;
    }

    /// The name of a parameter that takes a text; empty for others.
    private static String textParameter(VariableTree parameter) {
      return simpleName(parameter.getType()).equals("String") ? parameter.getName().toString() : "";
    }

    @Override
    public Void visitAnnotation(AnnotationTree tree, Void none) {
      return withAnnotations && !open.isEmpty() ? super.visitAnnotation(tree, null) : null;
    }

    @Override
    public Void visitVariable(VariableTree tree, Void none) {
      open.element().assign(tree);
      return super.visitVariable(tree, null);
    }

    @Override
    public Void visitAssignment(AssignmentTree tree, Void none) {
      if (!open.isEmpty()) {
        open.element().assign(tree);
      }
      return super.visitAssignment(tree, null);
    }

    @Override
    public Void visitReturn(ReturnTree tree, Void none) {
      open.element().returns(tree);
      return super.visitReturn(tree, null);
    }

    @Override
    public Void visitNewClass(NewClassTree tree, Void none) {
      open.element().creations.add(tree);
      return super.visitNewClass(tree, null);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree tree, Void none) {
      open.element().calls.add(tree);
      return super.visitMethodInvocation(tree, null);
    }

    @Override
    public Void visitBinary(BinaryTree tree, Void none) {
      if (tree.getKind() != Tree.Kind.PLUS) {
        return super.visitBinary(tree, null);
      }
      if (holdsText(tree)) {
        open.element().strings.add(tree);
        operands(tree);
        return null;
      }
      return super.visitBinary(tree, null);
    }

    /// What stands between the plus signs, texts left out: they are seen.
    private void operands(ExpressionTree tree) {
      if (tree instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
        operands(sum.getLeftOperand());
        operands(sum.getRightOperand());
      } else if (!isText(tree)) {
        scan(tree, null);
      }
    }

    private static boolean holdsText(ExpressionTree tree) {
      if (tree instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
        return holdsText(sum.getLeftOperand()) || holdsText(sum.getRightOperand());
      }
      return isText(tree);
    }

    @Override
    public Void visitLiteral(LiteralTree tree, Void none) {
      if (isText(tree) && !open.isEmpty()) {
        open.element().strings.add(tree);
      }
      return null;
    }
  }
}
