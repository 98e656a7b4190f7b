package org.thalweg.autodiff.formula.compile;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// Emits bytecode that computes one node for one element, its value kept in a local variable.
final class ScalarCode {
  private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
  private static final ClassDesc FAR = ClassDesc.of("org.thalweg.autodiff.kernel.Far");

  private final CodeBuilder code;
  private final boolean isFloat;
  private final TypeKind real;
  private final ClassDesc realType;
  private final ClassDesc boxType;
  private final ClassDesc bitsType;
  private final Map<Expr, Integer> locals = new IdentityHashMap<>();

  ScalarCode(CodeBuilder code, Precision precision) {
    this.code = code;
    this.isFloat = precision == Precision.FLOAT;
    this.real = isFloat ? TypeKind.FLOAT : TypeKind.DOUBLE;
    this.realType = isFloat ? CD_float : CD_double;
    this.bitsType = isFloat ? CD_int : CD_long;
    this.boxType = ClassDesc.of(isFloat ? "java.lang.Float" : "java.lang.Double");
  }

  /// Computes a node whose arguments have been computed. An INPUT is read by the caller.
  void emit(Expr e) {
    switch (e.operator()) {
      case NUMBER -> number(e.number());
      case INTEGER -> integer(e.literal());
      case PLUS -> arithmetic(e, isFloat ? Opcode.FADD : Opcode.DADD);
      case MINUS -> arithmetic(e, isFloat ? Opcode.FSUB : Opcode.DSUB);
      case TIMES -> arithmetic(e, isFloat ? Opcode.FMUL : Opcode.DMUL);
      case OVER -> arithmetic(e, isFloat ? Opcode.FDIV : Opcode.DDIV);
      case NEGATED -> arithmetic(e, isFloat ? Opcode.FNEG : Opcode.DNEG);
      case FMA -> call(e, MATH, "fma", realType, realType, realType, realType);
      case ABS -> call(e, MATH, "abs", realType, realType);
      case MIN -> call(e, MATH, "min", realType, realType, realType);
      case MAX -> call(e, MATH, "max", realType, realType, realType);
      case SQRT -> squareRoot(e);
      case SELECT -> choose(e);
      case LESS, LESS_OR_EQUAL, EQUAL -> compare(e);
      case AND -> arithmetic(e, Opcode.IAND);
      case OR -> arithmetic(e, Opcode.IOR);
      case NOT -> {
        load(e.argument(0));
        code.iconst_1().ixor();
      }
      case TO_BITS ->
          call(
              e,
              boxType,
              isFloat ? "floatToRawIntBits" : "doubleToRawLongBits",
              bitsType,
              realType);
      case FROM_BITS ->
          call(e, boxType, isFloat ? "intBitsToFloat" : "longBitsToDouble", realType, bitsType);
      case BITS_PLUS -> arithmetic(e, isFloat ? Opcode.IADD : Opcode.LADD);
      case BITS_MINUS -> arithmetic(e, isFloat ? Opcode.ISUB : Opcode.LSUB);
      case BITS_AND -> arithmetic(e, isFloat ? Opcode.IAND : Opcode.LAND);
      case BITS_OR -> arithmetic(e, isFloat ? Opcode.IOR : Opcode.LOR);
      case SHIFT_LEFT -> shift(e, isFloat ? Opcode.ISHL : Opcode.LSHL);
      case SHIFT_RIGHT -> shift(e, isFloat ? Opcode.ISHR : Opcode.LSHR);
      case FAR_SIN -> call(e, FAR, "sin", realType, CD_int, realType, realType);
      case FAR_COS -> call(e, FAR, "cos", realType, CD_int, realType, realType);
      case FAR_TAN -> call(e, FAR, "tan", realType, CD_int, realType, realType);
      default -> throw new IllegalStateException("formula: " + e.operator() + " is not primitive");
    }
    store(e);
  }

  /// Keeps the value on the stack as that of the node.
  void store(Expr e) {
    TypeKind kind = kind(e);
    int slot = code.allocateLocal(kind);
    code.storeLocal(kind, slot);
    locals.put(e, slot);
  }

  void load(Expr e) {
    code.loadLocal(kind(e), Objects.requireNonNull(locals.get(e)));
  }

  private TypeKind kind(Expr e) {
    return switch (e.operator().kind()) {
      case REAL -> real;
      case MASK -> TypeKind.INT;
      case BITS -> isFloat ? TypeKind.INT : TypeKind.LONG;
    };
  }

  private void loadArguments(Expr e) {
    for (Expr argument : e.arguments()) {
      load(argument);
    }
  }

  private void number(double value) {
    if (isFloat) {
      code.loadConstant((float) value);
    } else {
      code.loadConstant(value);
    }
  }

  private void integer(long value) {
    if (isFloat) {
      code.loadConstant((int) value);
    } else {
      code.loadConstant(value);
    }
  }

  private void arithmetic(Expr e, Opcode opcode) {
    loadArguments(e);
    code.with(java.lang.classfile.instruction.OperatorInstruction.of(opcode));
  }

  private void shift(Expr e, Opcode opcode) {
    load(e.argument(0));
    code.loadConstant((int) e.literal());
    code.with(java.lang.classfile.instruction.OperatorInstruction.of(opcode));
  }

  private void call(
      Expr e, ClassDesc owner, String name, ClassDesc result, ClassDesc... arguments) {
    loadArguments(e);
    code.invokestatic(owner, name, MethodTypeDesc.of(result, arguments));
  }

  /// For float the root is taken in double and rounded: that is the correctly rounded float root.
  private void squareRoot(Expr e) {
    load(e.argument(0));
    if (isFloat) {
      code.f2d();
    }
    code.invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double));
    if (isFloat) {
      code.d2f();
    }
  }

  private void choose(Expr e) {
    load(e.argument(0));
    code.ifThenElse(yes -> load(e.argument(1)), no -> load(e.argument(2)));
  }

  /// Leaves 1 or 0. An unordered comparison is false: the comparing instruction is the one that
  /// gives +1 for NaN.
  private void compare(Expr e) {
    loadArguments(e);
    if (isFloat) {
      code.fcmpg();
    } else {
      code.dcmpg();
    }
    Opcode isTrue =
        switch (e.operator()) {
          case LESS -> Opcode.IFLT;
          case LESS_OR_EQUAL -> Opcode.IFLE;
          default -> Opcode.IFEQ;
        };
    Label yes = code.newLabel();
    Label end = code.newLabel();
    code.branch(isTrue, yes).iconst_0().goto_(end);
    code.labelBinding(yes).iconst_1().labelBinding(end);
  }
}
