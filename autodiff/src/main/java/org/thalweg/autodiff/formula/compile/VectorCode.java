package org.thalweg.autodiff.formula.compile;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Precision;

/// Emits bytecode that computes one node for a vector of elements, its value kept in a local
/// variable. The Vector API is named by strings here, so that nothing links it where it is absent.
final class VectorCode {
  private static final String API = "jdk.incubator.vector.";
  private static final ClassDesc VECTOR = ClassDesc.of(API + "Vector");
  private static final ClassDesc MASK = ClassDesc.of(API + "VectorMask");
  private static final ClassDesc SPECIES = ClassDesc.of(API + "VectorSpecies");
  private static final ClassDesc OPERATORS = ClassDesc.of(API + "VectorOperators");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc BINARY = OPERATORS.nested("Binary");
  private static final ClassDesc FAR = ClassDesc.of("org.thalweg.autodiff.kernel.simd.FarVector");

  private final CodeBuilder code;
  private final boolean isFloat;
  private final String species;
  private final ClassDesc real;
  private final ClassDesc bits;
  private final ClassDesc element;
  private final ClassDesc wholeElement;
  private final Map<Expr, Integer> locals = new IdentityHashMap<>();

  /// @param width of a vector in bits
  VectorCode(CodeBuilder code, Precision precision, int width) {
    this.code = code;
    this.isFloat = precision == Precision.FLOAT;
    this.species = "SPECIES_" + width;
    this.real = ClassDesc.of(API + (isFloat ? "FloatVector" : "DoubleVector"));
    this.bits = ClassDesc.of(API + (isFloat ? "IntVector" : "LongVector"));
    this.element = isFloat ? CD_float : CD_double;
    this.wholeElement = isFloat ? CD_int : CD_long;
  }

  /// Computes a node whose arguments have been computed. Inputs are read by [#read].
  void emit(Expr e) {
    switch (e.operator()) {
      case PLUS -> binary(e, real, "add");
      case MINUS -> binary(e, real, "sub");
      case TIMES -> binary(e, real, "mul");
      case OVER -> binary(e, real, "div");
      case MIN -> binary(e, real, "min");
      case MAX -> binary(e, real, "max");
      case FMA -> method(e, real, "fma", real, VECTOR, VECTOR);
      case NEGATED -> method(e, real, "neg", real);
      case ABS -> method(e, real, "abs", real);
      case SQRT -> method(e, real, "sqrt", real);
      case SELECT -> {
        load(e.argument(2));
        load(e.argument(1));
        load(e.argument(0));
        code.invokevirtual(real, "blend", MethodTypeDesc.of(real, VECTOR, MASK));
      }
      case LESS -> compare(e, "LT");
      case LESS_OR_EQUAL -> compare(e, "LE");
      case EQUAL -> compare(e, "EQ");
      case AND -> method(e, MASK, "and", MASK, MASK);
      case OR -> method(e, MASK, "or", MASK, MASK);
      case NOT -> method(e, MASK, "not", MASK);
      case TO_BITS -> method(e, VECTOR, isFloat ? "reinterpretAsInts" : "reinterpretAsLongs", bits);
      case FROM_BITS ->
          method(e, VECTOR, isFloat ? "reinterpretAsFloats" : "reinterpretAsDoubles", real);
      case BITS_PLUS -> binary(e, bits, "add");
      case BITS_MINUS -> binary(e, bits, "sub");
      case BITS_AND -> binary(e, bits, "and");
      case BITS_OR -> binary(e, bits, "or");
      case SHIFT_LEFT -> shift(e, "LSHL");
      case SHIFT_RIGHT -> shift(e, "ASHR");
      case FAR_SIN -> far(e, "sin");
      case FAR_COS -> far(e, "cos");
      case FAR_TAN -> far(e, "tan");
      default -> throw new IllegalStateException("formula: " + e.operator() + " is not primitive");
    }
    store(e);
  }

  /// Reads an input from the array and index that `address` puts on the stack.
  void read(Expr input, Runnable address) {
    loadSpecies();
    address.run();
    code.invokestatic(
        real, "fromArray", MethodTypeDesc.of(real, SPECIES, element.arrayType(), CD_int));
    store(input);
  }

  /// Writes a value to the array and index that `address` puts on the stack.
  void write(Expr output, Runnable address) {
    load(output);
    address.run();
    code.invokevirtual(real, "intoArray", MethodTypeDesc.of(CD_void, element.arrayType(), CD_int));
  }

  /// Fills a vector with the scalar value of an invariant node.
  void broadcast(Expr e, ScalarCode scalars) {
    code.getstatic(e.operator().kind() == Operator.Kind.BITS ? bits : real, species, SPECIES);
    scalars.load(e);
    switch (e.operator().kind()) {
      case REAL -> code.invokestatic(real, "broadcast", MethodTypeDesc.of(real, SPECIES, element));
      case BITS ->
          code.invokestatic(bits, "broadcast", MethodTypeDesc.of(bits, SPECIES, wholeElement));
      case MASK -> code.invokeinterface(SPECIES, "maskAll", MethodTypeDesc.of(MASK, CD_boolean));
    }
    store(e);
  }

  private void loadSpecies() {
    code.getstatic(real, species, SPECIES);
  }

  private void store(Expr e) {
    int slot = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(slot);
    locals.put(e, slot);
  }

  private void load(Expr e) {
    code.aload(Objects.requireNonNull(locals.get(e)));
  }

  private void method(
      Expr e, ClassDesc owner, String name, ClassDesc result, ClassDesc... arguments) {
    for (Expr argument : e.arguments()) {
      load(argument);
    }
    code.invokevirtual(owner, name, MethodTypeDesc.of(result, arguments));
  }

  private void binary(Expr e, ClassDesc owner, String name) {
    method(e, owner, name, owner, VECTOR);
  }

  private void compare(Expr e, String comparison) {
    load(e.argument(0));
    code.getstatic(OPERATORS, comparison, COMPARISON);
    load(e.argument(1));
    code.invokevirtual(real, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
  }

  private void shift(Expr e, String operator) {
    load(e.argument(0));
    code.getstatic(OPERATORS, operator, BINARY);
    code.loadConstant((int) e.literal());
    ClassDesc distance = isFloat ? CD_int : CD_long;
    if (!isFloat) {
      code.i2l();
    }
    code.invokevirtual(bits, "lanewise", MethodTypeDesc.of(bits, BINARY, distance));
  }

  /// The far branch is a real branch: it is taken where any element needs it.
  private void far(Expr e, String function) {
    Label near = code.newLabel();
    load(e.argument(2));
    load(e.argument(0));
    code.invokevirtual(MASK, "anyTrue", MethodTypeDesc.of(CD_boolean)).ifeq(near);
    load(e.argument(0));
    load(e.argument(1));
    code.invokestatic(FAR, function, MethodTypeDesc.of(real, real, MASK, real));
    code.labelBinding(near);
  }
}
