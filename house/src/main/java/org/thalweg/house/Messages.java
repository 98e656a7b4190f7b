package org.thalweg.house;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The messages of some sources: what an exception says, and every other sentence.
///
/// The first are followed from the constructor of the exception back through concatenations,
/// conditions, formats, local variables, and the parameters of methods that build exceptions for
/// others: such a method has one message for each sentence that it is given.
final class Messages {
  /// @param place file and line
  /// @param template see [Template]
  /// @param isThrown whether an exception says it, from its first character to its last
  record Message(String place, String template, boolean isThrown) {
    /// Whether one of these texts of tests asserts it. What an exception says is asserted whole,
    /// with any values; the operation and the file that it begins with may be left out, since a
    /// class of tests adds them to all its sentences. Another text is asserted by a long part.
    boolean isAssertedBy(Collection<String> texts) {
      if (!isThrown) {
        Set<String> parts = Template.longParts(template);
        return texts.stream().anyMatch(text -> parts.stream().anyMatch(text::contains));
      }
      Pattern whole = Template.pattern(template);
      Pattern tail = Template.pattern(Template.withoutHead(template));
      return texts.stream()
          .anyMatch(text -> whole.matcher(text).matches() || tail.matcher(text).matches());
    }

    /// Whether it has the form `operation: what is wrong, the values: what to do`.
    boolean hasForm() {
      return FORM.matcher(template).matches();
    }

    @Override
    public String toString() {
      return place + ": " + Template.readable(template);
    }
  }

  /// A text that no exception says counts from so many words and characters on: below are names and
  /// labels.
  private static final int FEWEST_SPACES = 2;

  private static final int FEWEST_CHARACTERS = 20;

  /// What a builder of exceptions is given is a name, such as `v max`, below so many characters.
  private static final int LONGEST_NAME = 8;

  private static final Pattern FORM =
      Pattern.compile(
          "([a-z][A-Za-z0-9.]*( [a-z]+)?|@)( ?\\[@?\\])?: .+: .+".replace('@', Template.HOLE),
          Pattern.DOTALL);

  private final Routines routines;
  private final Set<Tree> followed = Collections.newSetFromMap(new IdentityHashMap<>());

  /// By place and template. What has parameters is bound by the callers.
  private final Map<Routine, Map<String, Tree>> thrown = new HashMap<>();

  private Messages(List<JavaSource> sources, boolean withAnnotations) {
    routines = new Routines(sources, withAnnotations);
  }

  /// All messages, those of exceptions first.
  static List<Message> of(List<JavaSource> sources) {
    Messages messages = new Messages(sources, false);
    messages.follow();
    Map<String, Message> found = new LinkedHashMap<>();
    for (Routine routine : messages.routines.all()) {
      messages
          .thrown
          .getOrDefault(routine, Map.of())
          .forEach(
              (template, tree) -> messages.add(found, routine.source.place(tree), template, true));
    }
    for (Routine routine : messages.routines.all()) {
      for (ExpressionTree text : routine.strings) {
        if (!messages.isFollowed(text)) {
          for (String template : messages.texts(text, routine, new HashSet<>())) {
            messages.add(found, routine.source.place(text), Template.format(template), false);
          }
        }
      }
    }
    return List.copyOf(found.values());
  }

  /// All texts of the sources, with a hole for everything that is not written out.
  static Set<String> written(List<JavaSource> sources) {
    Messages messages = new Messages(sources, true);
    Set<String> all = new LinkedHashSet<>();
    for (Routine routine : messages.routines.all()) {
      for (ExpressionTree text : routine.strings) {
        for (Set<String> templates : List.of(literally(text), messages.texts(text, routine))) {
          for (String template : templates) {
            all.add(Template.open(template));
            all.add(Template.open(Template.format(template)));
          }
        }
      }
    }
    return all;
  }

  private void add(Map<String, Message> found, String place, String template, boolean isThrown) {
    String open = Template.open(template);
    boolean counts =
        isThrown
            ? Template.known(open).stream().anyMatch(Template::hasWords)
            : Template.known(open).stream().anyMatch(Messages::isSentence);
    if (counts) {
      found.putIfAbsent(place + open, new Message(place, open, isThrown));
    }
  }

  private static boolean isSentence(String text) {
    return Template.hasWords(text)
        && text.strip().length() >= FEWEST_CHARACTERS
        && text.strip().chars().filter(c -> c == ' ').count() >= FEWEST_SPACES;
  }

  /// Whether some text in this expression is part of an exception's message.
  private boolean isFollowed(Tree text) {
    boolean[] found = {false};
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitLiteral(LiteralTree literal, Void none) {
        found[0] |= followed.contains(literal);
        return null;
      }
    }.scan(text, null);
    return found[0];
  }

  private void follow() {
    for (Routine routine : routines.all()) {
      for (NewClassTree creation : routine.creations) {
        if (isThrowable(creation) && routines.of(creation).isEmpty()) {
          creation.getArguments().stream()
              .limit(1)
              .forEach(message -> say(routine, message, texts(message, routine)));
        }
      }
      for (MethodInvocationTree call : routine.calls) {
        if (routine.isConstructor()
            && isThrowable(routine.owner)
            && Routines.simpleName(call.getMethodSelect()).equals("super")) {
          ExpressionTree message = call.getArguments().get(0);
          say(routine, message, texts(message, routine));
        }
      }
    }
    boolean more = true;
    while (more) {
      more = false;
      for (Routine routine : routines.all()) {
        for (NewClassTree creation : routine.creations) {
          for (Routine builder : routines.of(creation)) {
            more |= bind(routine, creation, creation.getArguments(), builder);
          }
        }
        for (MethodInvocationTree call : routine.calls) {
          for (Routine builder : routines.of(call, routine)) {
            more |= bind(routine, call, call.getArguments(), builder);
          }
        }
      }
    }
  }

  private static boolean isThrowable(NewClassTree creation) {
    return isThrowable(Routines.simpleName(creation.getIdentifier()));
  }

  private static boolean isThrowable(String type) {
    return type.endsWith("Exception") || type.endsWith("Error");
  }

  private boolean say(Routine routine, Tree place, Set<String> templates) {
    boolean more = false;
    for (String template : templates) {
      more |=
          thrown.computeIfAbsent(routine, _ -> new LinkedHashMap<>()).putIfAbsent(template, place)
              == null;
    }
    return more;
  }

  /// What a builder of exceptions says when it is called here: a message of this place where it is
  /// given words, or handed a parameter on.
  private boolean bind(
      Routine caller, Tree call, List<? extends ExpressionTree> given, Routine builder) {
    if (builder == caller || !thrown.containsKey(builder)) {
      return false;
    }
    boolean more = false;
    for (String template : forCallers(builder)) {
      if (Template.hasParameters(template)) {
        List<Set<String>> arguments = new ArrayList<>();
        boolean tells = false;
        for (int k = 0; k < given.size(); k++) {
          boolean isUsed = Template.usesParameter(template, k);
          Set<String> texts = isUsed ? texts(given.get(k), caller) : Template.hole();
          arguments.add(texts);
          tells |= isUsed && texts.stream().anyMatch(t -> isTold(t) || Template.hasParameters(t));
        }
        if (tells) {
          more |= say(caller, call, Template.bound(template, arguments));
        }
      }
    }
    return more;
  }

  private static boolean isTold(String text) {
    return Template.hasWords(text) && text.length() > LONGEST_NAME;
  }

  private Set<String> forCallers(Routine builder) {
    Map<Tree, Set<String>> byPlace = new LinkedHashMap<>();
    thrown
        .getOrDefault(builder, Map.of())
        .forEach(
            (template, place) ->
                byPlace.computeIfAbsent(place, _ -> new LinkedHashSet<>()).add(template));
    Set<String> all = new LinkedHashSet<>();
    byPlace.values().forEach(alternatives -> all.addAll(Template.forCallers(alternatives)));
    return all;
  }

  private Set<String> texts(ExpressionTree tree, Routine routine) {
    return texts(tree, routine, new HashSet<>());
  }

  /// Every text that this expression may be.
  ///
  /// @param seen variables and methods on the way here, not to go round in circles
  private Set<String> texts(ExpressionTree tree, Routine routine, Set<Object> seen) {
    return switch (tree) {
      case LiteralTree literal -> {
        followed.add(literal);
        yield Set.of(String.valueOf(literal.getValue()));
      }
      case ParenthesizedTree parentheses -> texts(parentheses.getExpression(), routine, seen);
      case BinaryTree sum when sum.getKind() == Tree.Kind.PLUS ->
          Template.joined(
              texts(sum.getLeftOperand(), routine, seen),
              texts(sum.getRightOperand(), routine, seen));
      case ConditionalExpressionTree condition ->
          union(
              List.of(condition.getTrueExpression(), condition.getFalseExpression()),
              routine,
              seen);
      case SwitchExpressionTree choice -> union(results(choice), routine, seen);
      case IdentifierTree identifier -> variable(identifier.getName().toString(), routine, seen);
      case MethodInvocationTree call -> call(call, routine, seen);
      default -> Template.hole();
    };
  }

  private Set<String> union(List<ExpressionTree> trees, Routine routine, Set<Object> seen) {
    Set<String> all = new LinkedHashSet<>();
    trees.forEach(tree -> all.addAll(texts(tree, routine, seen)));
    return all.isEmpty() ? Template.hole() : all;
  }

  private static List<ExpressionTree> results(SwitchExpressionTree choice) {
    List<ExpressionTree> results = new ArrayList<>();
    for (CaseTree branch : choice.getCases()) {
      if (branch.getBody() instanceof ExpressionTree value) {
        results.add(value);
      } else if (branch.getBody() instanceof ExpressionStatementTree statement) {
        results.add(statement.getExpression());
      }
    }
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitYield(YieldTree tree, Void none) {
        results.add(tree.getValue());
        return null;
      }
    }.scan(choice, null);
    return results;
  }

  private Set<String> variable(String name, Routine routine, Set<Object> seen) {
    int parameter = routine.parameters.indexOf(name);
    if (parameter >= 0) {
      return Set.of(Template.parameter(parameter));
    }
    List<ExpressionTree> values = routine.assigned(name);
    if (values.isEmpty()) {
      values =
          routines.all().stream()
              .filter(r -> r.name.isEmpty() && r.owner.equals(routine.owner))
              .flatMap(r -> r.assigned(name).stream())
              .toList();
    }
    if (values.isEmpty() || !seen.add(routine + "." + name)) {
      return Template.hole();
    }
    return union(values, routine, seen);
  }

  private Set<String> call(MethodInvocationTree call, Routine routine, Set<Object> seen) {
    String name = Routines.simpleName(call.getMethodSelect());
    List<? extends ExpressionTree> arguments = call.getArguments();
    if (call.getMethodSelect() instanceof MemberSelectTree select) {
      if (name.equals("formatted")) {
        return formats(texts(select.getExpression(), routine, seen));
      }
      if (name.equals("format") && Routines.simpleName(select.getExpression()).equals("String")) {
        return formats(texts(arguments.get(0), routine, seen));
      }
    }
    List<Routine> near =
        routines.of(call, routine).stream()
            .filter(r -> r.source.name().equals(routine.source.name()) && !r.returned.isEmpty())
            .toList();
    if (near.size() != 1 || !seen.add(near.get(0))) {
      return Template.hole();
    }
    Routine builder = near.get(0);
    List<Set<String>> given = new ArrayList<>();
    arguments.forEach(argument -> given.add(texts(argument, routine, seen)));
    Set<String> all = new LinkedHashSet<>();
    for (String template : union(builder.returned, builder, seen)) {
      all.addAll(Template.bound(template, given));
    }
    seen.remove(builder);
    // What has no words is a name, one of many.
    return all.stream().anyMatch(Template::hasWords) ? all : Template.hole();
  }

  private static Set<String> formats(Set<String> formats) {
    Set<String> all = new LinkedHashSet<>();
    formats.forEach(format -> all.add(Template.format(format)));
    return all;
  }

  /// The text of a concatenation of literals, with holes for the rest.
  private static Set<String> literally(ExpressionTree tree) {
    return switch (tree) {
      case LiteralTree literal -> Set.of(String.valueOf(literal.getValue()));
      case ParenthesizedTree parentheses -> literally(parentheses.getExpression());
      case BinaryTree sum when sum.getKind() == Tree.Kind.PLUS ->
          Template.joined(literally(sum.getLeftOperand()), literally(sum.getRightOperand()));
      default -> Template.hole();
    };
  }
}
