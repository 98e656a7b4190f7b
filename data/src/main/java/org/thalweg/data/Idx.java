package org.thalweg.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// The content of an IDX file, the format of MNIST: a type, a shape, and the elements, big-endian
/// and row-major.
///
/// ```java
/// Tensor labels = Idx.read(path).tensor();       // unsigned bytes as INT32
/// ```
///
/// Source of the format: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
public final class Idx {
  /// The type of the elements in the file.
  public enum Type {
    /// 0 … 255 in one byte.
    UBYTE(0x08, 1, DType.INT32),
    /// −128 … 127 in one byte.
    BYTE(0x09, 1, DType.INT32),
    /// 16 bits with a sign.
    SHORT(0x0B, 2, DType.INT32),
    /// 32 bits with a sign.
    INT(0x0C, 4, DType.INT32),
    /// IEEE binary32.
    FLOAT(0x0D, 4, DType.FLOAT32),
    /// IEEE binary64.
    DOUBLE(0x0E, 8, DType.FLOAT64);

    private final int code;
    private final int bytes;
    private final DType dtype;

    Type(int code, int bytes, DType dtype) {
      this.code = code;
      this.bytes = bytes;
      this.dtype = dtype;
    }

    /// The byte that stands for it in a file.
    public int code() {
      return code;
    }

    /// The size of an element in bytes.
    public int bytes() {
      return bytes;
    }

    /// As what it is read.
    public DType dtype() {
      return dtype;
    }
  }

  private final Type type;
  private final Shape shape;
  private final byte[] data;

  Idx(Type type, Shape shape, byte[] data) {
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  /// Reads a file, unpacked if it begins as gzip does, whatever its name.
  ///
  /// It is read as if whoever made it meant harm: a plain file has exactly the size it declares,
  /// and a packed one is unpacked no further than that.
  ///
  /// @throws IdxException where there is no such file, or it is not IDX
  public static Idx read(Path file) throws IdxException {
    return IdxReader.read(file);
  }

  /// Unsigned bytes, copied.
  ///
  /// @throws IllegalArgumentException where their number is not that of the shape
  public static Idx of(byte[] values, Shape shape) {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(
          "idx: " + values.length + " values do not fill shape " + shape + ": change one of them");
    }
    return new Idx(Type.UBYTE, shape, values.clone());
  }

  /// The elements of a tensor, as INT, FLOAT or DOUBLE.
  ///
  /// @throws IllegalArgumentException where they take 2³¹ bytes or more
  public static Idx of(Tensor tensor) {
    int n = tensor.elements();
    ByteBuffer buffer = ByteBuffer.allocate(bytes(tensor.shape(), tensor.dtype()));
    Type type =
        switch (tensor.dtype()) {
          case INT32 -> {
            buffer.asIntBuffer().put(tensor.array().ints(), 0, n);
            yield Type.INT;
          }
          case FLOAT32 -> {
            buffer.asFloatBuffer().put(tensor.array().floats(), 0, n);
            yield Type.FLOAT;
          }
          case FLOAT64 -> {
            buffer.asDoubleBuffer().put(tensor.array().doubles(), 0, n);
            yield Type.DOUBLE;
          }
        };
    return new Idx(type, tensor.shape(), buffer.array());
  }

  /// How many bytes the elements of a tensor take.
  static int bytes(Shape shape, DType dtype) {
    if (shape.elements() > Shape.MOST_ELEMENTS / dtype.bytes()) {
      throw new IllegalArgumentException(
          "idx: shape " + shape + " takes 2³¹ bytes or more: split it");
    }
    return shape.elements() * dtype.bytes();
  }

  /// The type of the elements.
  public Type type() {
    return type;
  }

  /// The sizes of the axes.
  public Shape shape() {
    return shape;
  }

  /// The elements as they are in the file, big-endian, a copy.
  public byte[] toBytes() {
    return data.clone();
  }

  /// Element i of unsigned bytes.
  int unsignedByte(int i) {
    return Byte.toUnsignedInt(data[i]);
  }

  /// The elements: whole numbers as INT32, the others as they are.
  public Tensor tensor() {
    int n = shape.elements();
    ByteBuffer buffer = ByteBuffer.wrap(data);
    return switch (type.dtype()) {
      case FLOAT32 -> {
        float[] values = new float[n];
        buffer.asFloatBuffer().get(values);
        yield Tensor.wrap(values, shape);
      }
      case FLOAT64 -> {
        double[] values = new double[n];
        buffer.asDoubleBuffer().get(values);
        yield Tensor.wrap(values, shape);
      }
      case INT32 -> {
        int[] values = new int[n];
        if (type == Type.INT) {
          buffer.asIntBuffer().get(values);
        } else {
          Arrays.setAll(values, i -> small(buffer, i));
        }
        yield Tensor.wrap(values, shape);
      }
    };
  }

  private int small(ByteBuffer buffer, int i) {
    return switch (type) {
      case UBYTE -> unsignedByte(i);
      case BYTE -> buffer.get(i);
      default -> buffer.getShort(i * Short.BYTES);
    };
  }

  /// Writes a file, packed where its name ends in `.gz`. An old one is overwritten in place.
  ///
  /// @throws IllegalArgumentException where there are more than 255 axes
  /// @throws IdxException where it cannot be written
  public void write(Path file) throws IdxException {
    if (shape.rank() > 255) {
      throw new IllegalArgumentException(
          "idx: " + shape.rank() + " axes are more than the 255 of the format: reshape it");
    }
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * shape.rank());
    header.putShort((short) 0).put((byte) type.code()).put((byte) shape.rank());
    for (int size : shape.sizes()) {
      header.putInt(size);
    }
    try (OutputStream plain = new BufferedOutputStream(Files.newOutputStream(file));
        OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
      out.write(header.array());
      out.write(data);
    } catch (IOException e) {
      throw new IdxException(
          file,
          "it cannot be written, " + IdxException.reason(e) + ": check the path and its disk",
          e);
    }
  }

  /// Type and shape.
  @Override
  public String toString() {
    return type + " " + shape;
  }
}
