package org.thalweg.house;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A method, a constructor, or what of a class stands outside of them: what texts are followed
/// through.
final class Routine {
  final JavaSource source;

  /// The simple name of its class.
  final String owner;

  /// That of its class for a constructor.
  final String name;

  /// The parameters that take a text by name; the others are empty.
  final List<String> parameters;

  final List<NewClassTree> creations = new ArrayList<>();
  final List<MethodInvocationTree> calls = new ArrayList<>();
  final List<ExpressionTree> returned = new ArrayList<>();

  /// The outermost concatenations and the strings outside of any.
  final List<ExpressionTree> strings = new ArrayList<>();

  private final Map<String, List<ExpressionTree>> assigned = new HashMap<>();

  Routine(JavaSource source, String owner, String name, List<String> parameters) {
    this.source = source;
    this.owner = owner;
    this.name = name;
    this.parameters = parameters;
  }

  void assign(VariableTree variable) {
    Tree type = variable.getType();
    boolean mayBeText =
        type == null || List.of("String", "var").contains(Routines.simpleName(type));
    if (mayBeText && variable.getInitializer() != null) {
      assign(variable.getName().toString(), variable.getInitializer());
    }
  }

  void assign(AssignmentTree assignment) {
    Tree variable = assignment.getVariable();
    if (variable instanceof IdentifierTree identifier) {
      assign(identifier.getName().toString(), assignment.getExpression());
    }
  }

  private void assign(String variable, ExpressionTree value) {
    assigned.computeIfAbsent(variable, _ -> new ArrayList<>()).add(value);
  }

  void returns(ReturnTree tree) {
    if (tree.getExpression() != null) {
      returned.add(tree.getExpression());
    }
  }

  /// All that is ever assigned to a variable of this name; empty for one of elsewhere.
  List<ExpressionTree> assigned(String variable) {
    return assigned.getOrDefault(variable, List.of());
  }

  boolean isConstructor() {
    return name.equals(owner);
  }

  @Override
  public String toString() {
    return owner + "." + name + parameters;
  }
}
