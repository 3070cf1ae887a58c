package io.alluvium.sql;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.implicit.TypeCoercionImpl;

/// Calcite's implicit casts less those from text that is not a literal: like PostgreSQL, `ts > '2024-01-01'` takes
/// the literal as a timestamp, while a text column compared with a number or added up is an error.
final class LiteralCoercion extends TypeCoercionImpl {

    LiteralCoercion(RelDataTypeFactory factory, SqlValidator validator) {
        super(factory, validator);
    }

    @Override
    public boolean binaryArithmeticCoercion(SqlCallBinding binding) {
        return !(hasText(binding) && hasOther(binding) && hasTextColumn(binding))
                && super.binaryArithmeticCoercion(binding);
    }

    @Override
    public boolean binaryComparisonCoercion(SqlCallBinding binding) {
        return !(hasOther(binding) && hasTextColumn(binding)) && super.binaryComparisonCoercion(binding);
    }

    @Override
    public boolean builtinFunctionCoercion(
            SqlCallBinding binding, List<RelDataType> operandTypes, List<SqlTypeFamily> expected) {
        for (int i = 0; i < operandTypes.size() && i < expected.size(); i++) {
            boolean fits = expected.get(i).contains(operandTypes.get(i));
            boolean isTextValue = SqlTypeUtil.isCharacter(operandTypes.get(i)) && !isLiteral(binding.operand(i));
            if (!fits && (isTextValue || binding.getOperator().isAggregator())) {
                return false;
            }
        }
        return super.builtinFunctionCoercion(binding, operandTypes, expected);
    }

    private static boolean hasText(SqlCallBinding binding) {
        return binding.collectOperandTypes().stream().anyMatch(SqlTypeUtil::isCharacter);
    }

    private static boolean hasOther(SqlCallBinding binding) {
        return binding.collectOperandTypes().stream().anyMatch(t -> !SqlTypeUtil.isCharacter(t));
    }

    private static boolean hasTextColumn(SqlCallBinding binding) {
        for (int i = 0; i < binding.getOperandCount(); i++) {
            if (SqlTypeUtil.isCharacter(binding.getOperandType(i)) && !isLiteral(binding.operand(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLiteral(SqlNode node) {
        return node.getKind() == SqlKind.LITERAL || node.getKind() == SqlKind.DYNAMIC_PARAM;
    }
}
