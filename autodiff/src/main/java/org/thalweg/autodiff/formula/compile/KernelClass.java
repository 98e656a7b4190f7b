package org.thalweg.autodiff.formula.compile;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;

/// Turns a [Program] into a [Loop]: bytecode for a hidden class with a loop over single elements
/// and, where asked for, loops over vectors, of one row and of several. All compute the same
/// operators in the same order and precision, so that no bit tells which of them computed an
/// element.
final class KernelClass {
  private static final ClassDesc NAME = ClassDesc.of(KernelClass.class.getPackageName(), "Kernel");
  private static final ClassDesc LOOP = ClassDesc.of(Loop.class.getName());
  private static final ClassDesc VECTOR_LOOP = ClassDesc.of(VectorLoop.class.getName());
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(CD_void, CD_Object.arrayType(), CD_int.arrayType(), CD_int, CD_int);
  private static final MethodTypeDesc NO_ARGUMENTS = MethodTypeDesc.of(CD_void);
  private static final MethodTypeDesc RUN_ROWS =
      MethodTypeDesc.of(
          CD_void,
          CD_Object.arrayType(),
          CD_int.arrayType(),
          CD_int.arrayType(),
          CD_int,
          CD_int,
          CD_int);
  private static final MethodTypeDesc ONE_VECTOR =
      MethodTypeDesc.of(
          CD_void, CD_Object.arrayType(), CD_int.arrayType(), CD_int.arrayType(), CD_int, CD_int);
  private static final String RUN_NAME = "run";
  private static final String ONE_VECTOR_NAME = "oneVector";
  private static final String SCALAR = "scalar";

  /// HotSpot inlines no method of more bytes than this (`FreqInlineSize`).
  private static final int MOST_INLINED = 325;

  private final Program program;

  private KernelClass(Program program) {
    this.program = program;
  }

  /// A loop over single elements.
  static Loop scalar(Program program) {
    return new KernelClass(program).define(0);
  }

  /// A loop over vectors of so many bits, then over the single elements that remain. Several rows
  /// have to be of whole vectors.
  static VectorLoop vector(Program program, int width) {
    return (VectorLoop) new KernelClass(program).define(width);
  }

  private Loop define(int width) {
    byte[] bytes =
        ClassFile.of()
            .build(
                NAME,
                type -> {
                  type.withInterfaceSymbols(width > 0 ? VECTOR_LOOP : LOOP);
                  type.withFlags(ClassFile.ACC_FINAL);
                  type.withMethodBody("<init>", NO_ARGUMENTS, 0, KernelClass::constructor);
                  type.withMethodBody(
                      SCALAR, RUN, ClassFile.ACC_STATIC, code -> new Body(code, 0, 0).scalarLoop());
                  type.withMethodBody(
                      RUN_NAME,
                      RUN,
                      ClassFile.ACC_PUBLIC,
                      code -> {
                        if (width == 0) {
                          delegate(code);
                        } else {
                          new Body(code, 1, width).vectorLoop();
                        }
                      });
                  if (width > 0) {
                    type.withMethodBody(
                        RUN_NAME,
                        RUN_ROWS,
                        ClassFile.ACC_PUBLIC,
                        code -> new Body(code, width).vectorRows());
                    type.withMethodBody(
                        ONE_VECTOR_NAME,
                        ONE_VECTOR,
                        ClassFile.ACC_PUBLIC,
                        code -> new Body(code, width).oneVector());
                  }
                });
    try {
      MethodHandles.Lookup kernel = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (Loop) kernel.lookupClass().getDeclaredConstructor().newInstance();
    } catch (IllegalAccessException
        | InstantiationException
        | InvocationTargetException
        | NoSuchMethodException e) {
      throw new IllegalStateException("formula: its kernel cannot be made", e);
    }
  }

  private static void constructor(CodeBuilder code) {
    code.aload(0).invokespecial(CD_Object, ConstantDescs.INIT_NAME, NO_ARGUMENTS).return_();
  }

  private static void delegate(CodeBuilder code) {
    code.aload(1).aload(2).iload(3).iload(4).invokestatic(NAME, SCALAR, RUN).return_();
  }

  /// The code of one loop. Its parameters start at local variable `first`.
  private final class Body {
    private final CodeBuilder code;
    private final int width;
    private final int arrays;
    private final int offsets;
    private final int from;
    private final int to;
    private final int count = program.arrays();
    private final int[] array = new int[count];
    private final int[] offset = new int[count];
    private final ClassDesc element = program.isFloat() ? CD_float : CD_double;
    private final ScalarCode scalars;

    /// The code of one row.
    Body(CodeBuilder code, int first, int width) {
      this(code, width, first, first + 2);
      invariants();
    }

    /// The code of several rows.
    Body(CodeBuilder code, int width) {
      this(code, width, 1, 5);
    }

    private Body(CodeBuilder code, int width, int first, int from) {
      this.code = code;
      this.width = width;
      this.arrays = first;
      this.offsets = first + 1;
      this.from = from;
      this.to = from + 1;
      this.scalars = new ScalarCode(code, program.precision);
      for (int k = 0; k < count; k++) {
        if (!isUsed(k)) {
          continue;
        }
        array[k] = code.allocateLocal(TypeKind.REFERENCE);
        offset[k] = code.allocateLocal(TypeKind.INT);
        code.aload(arrays).loadConstant(k).aaload().checkcast(element.arrayType());
        code.astore(array[k]).aload(offsets).loadConstant(k).iaload().istore(offset[k]);
      }
    }

    private void invariants() {
      for (Expr node : program.invariant) {
        if (node.operator() == Operator.INPUT) {
          int k = program.inputs.indexOf(node);
          code.aload(array[k]).iload(offset[k]).arrayLoad(kind());
          scalars.store(node);
        } else {
          scalars.emit(node);
        }
      }
    }

    private boolean isUsed(int k) {
      return program.reads(k) || program.writes(k);
    }

    private TypeKind kind() {
      return program.isFloat() ? TypeKind.FLOAT : TypeKind.DOUBLE;
    }

    /// Puts array k and the index of the current element on the stack.
    private void address(int k) {
      code.aload(array[k]).iload(offset[k]).iload(from).iadd();
    }

    void scalarLoop() {
      Label test = code.newLabel();
      Label end = code.newLabel();
      code.labelBinding(test).iload(from).iload(to).if_icmpge(end);
      for (Expr node : program.varying) {
        if (node.operator() == Operator.INPUT) {
          address(program.inputs.indexOf(node));
          code.arrayLoad(kind());
          scalars.store(node);
        } else {
          scalars.emit(node);
        }
      }
      for (int j = 0; j < program.outputs.size(); j++) {
        address(program.places[j]);
        scalars.load(program.outputs.get(j));
        code.arrayStore(kind());
      }
      code.iinc(from, 1).goto_(test).labelBinding(end).return_();
    }

    /// Rows whose length is a multiple of a vector's, one after the other.
    void vectorRows() {
      int start = code.allocateLocal(TypeKind.INT);
      code.iload(from).istore(start);
      rows(
          () -> {
            code.iload(start).istore(from);
            vectors();
          });
    }

    /// One vector of each row.
    void oneVector() {
      rows(
          () -> {
            VectorCode vectors = new VectorCode(code, program.precision, width);
            broadcast(vectors, true);
            vector(vectors);
          });
    }

    /// Rows one after the other. No vector lives from one to the next: C2 would leave it on the
    /// heap.
    private void rows(Runnable row) {
      int steps = offsets + 1;
      int rows = offsets + 2;
      Label test = code.newLabel();
      Label end = code.newLabel();
      code.labelBinding(test).iload(rows).ifle(end);
      invariants();
      row.run();
      for (int k = 0; k < count; k++) {
        if (isUsed(k)) {
          code.iload(offset[k]).aload(steps).loadConstant(k).iaload().iadd().istore(offset[k]);
        }
      }
      code.iinc(rows, -1).goto_(test).labelBinding(end).return_();
      forbidInlining();
    }

    void vectorLoop() {
      vectors();
      Label done = code.newLabel();
      code.iload(from).iload(to).if_icmpge(done);
      code.aload(arrays).aload(offsets).iload(from).iload(to).invokestatic(NAME, SCALAR, RUN);
      code.labelBinding(done).return_();
      forbidInlining();
    }

    /// The elements of whole vectors.
    private void vectors() {
      VectorCode vectors = new VectorCode(code, program.precision, width);
      broadcast(vectors, true);
      int lanes = width / (program.isFloat() ? Float.SIZE : Double.SIZE);
      int last = code.allocateLocal(TypeKind.INT);
      code.iload(to).loadConstant(lanes).isub().istore(last);
      Label test = code.newLabel();
      Label end = code.newLabel();
      code.labelBinding(test).iload(from).iload(last).if_icmpgt(end);
      vector(vectors);
      code.iinc(from, lanes).goto_(test).labelBinding(end);
    }

    /// The elements of one vector. A vector that lives from one turn of a loop to the next may be
    /// left on the heap by C2, which moves what does not change out of the loop by itself.
    private void vector(VectorCode vectors) {
      broadcast(vectors, false);
      for (Expr node : program.varying) {
        if (node.operator() == Operator.INPUT) {
          vectors.read(node, () -> address(program.inputs.indexOf(node)));
        } else {
          vectors.emit(node);
        }
      }
      for (int j = 0; j < program.outputs.size(); j++) {
        int k = program.places[j];
        vectors.write(program.outputs.get(j), () -> address(k));
      }
    }

    /// Makes vectors of what is the same for all elements: of what is written into the formula, or
    /// of the rest.
    private void broadcast(VectorCode vectors, boolean written) {
      for (Expr node : program.invariant) {
        if (isUsedByVectors(node) && isWritten(node) == written) {
          vectors.broadcast(node, scalars);
        }
      }
    }

    /// Fills the method up with what is never reached. A caller that is compiled first would take a
    /// short loop into itself: then the warm-up would see no vector on the heap, while the loop by
    /// itself, which all others call, is not compiled.
    private void forbidInlining() {
      for (int i = 0; i < MOST_INLINED; i++) {
        code.nop();
      }
    }

    /// Whether a node is written into the formula: its vector is a constant of the machine code.
    private static boolean isWritten(Expr node) {
      return node.arguments().isEmpty() && node.operator() != Operator.INPUT;
    }

    private boolean isUsedByVectors(Expr node) {
      return program.outputs.contains(node)
          || program.varying.stream().anyMatch(user -> user.arguments().contains(node));
    }
  }
}
