import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ROLES, STORABLE_TEXT } from '@app/contracts';
import type { Role, SignIn } from '@app/contracts';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';

import { PASSWORD_LENGTH } from './password.js';

export const USER_NAME_PATTERN = /^[a-z0-9][a-z0-9._@+-]{0,99}$/;
const NAME = {
  message: 'name must be of a–z, 0–9 and . _ @ + -, at most 100, and begin with a letter or digit',
};
const { least, most } = PASSWORD_LENGTH;
const LENGTH = { message: `$property must be of ${least} to ${most} characters` };
const RESET_TOKEN = { message: 'token must be one of a link for a new password' };
const TOKEN = { message: 'token must be one of an invitation' };

/** Names are the same in either case. */
const LowerCase = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim().toLowerCase() : value,
  );

export class SignInDto implements SignIn {
  @ApiPropertyOptional({ description: 'With `password`', example: 'maria' })
  @ValidateIf(({ key }: SignInDto) => key === undefined)
  @LowerCase()
  @IsString()
  @Length(1, 100)
  name?: string;

  @ApiPropertyOptional({ format: 'password', example: 'correct horse battery' })
  @ValidateIf(({ key }: SignInDto) => key === undefined)
  @IsString()
  @Length(1, most)
  password?: string;

  @ApiPropertyOptional({ description: 'An API key, instead of name and password' })
  @ValidateIf((body: SignInDto) => body.key !== undefined || body.name === undefined)
  @IsString()
  @Length(1, 200)
  key?: string;
}

export class PasswordChangeDto {
  @ApiProperty({ format: 'password' })
  @IsString()
  @Length(1, most)
  currentPassword!: string;

  @ApiProperty({ format: 'password', minLength: least, maxLength: most })
  @IsString()
  @Length(least, most, LENGTH)
  newPassword!: string;
}

class NameAndPassword {
  @ApiProperty({ description: 'In lower case; an e-mail address will do', example: 'maria' })
  @LowerCase()
  @IsString()
  @Matches(USER_NAME_PATTERN, NAME)
  name!: string;

  @ApiProperty({ format: 'password', minLength: least, maxLength: most })
  @IsString()
  @Length(least, most, LENGTH)
  password!: string;
}

export class NewUserDto extends NameAndPassword {
  @ApiPropertyOptional({ description: 'Administrator of every project', default: false })
  @ValidateIf(({ administrator }: NewUserDto) => administrator !== undefined)
  @IsBoolean()
  administrator?: boolean;
}

export class UserChangeDto {
  @ApiPropertyOptional()
  @ValidateIf(({ administrator }: UserChangeDto) => administrator !== undefined)
  @IsBoolean()
  administrator?: boolean;

  @ApiPropertyOptional({ description: 'Signed out, and not let in any more' })
  @ValidateIf(({ disabled }: UserChangeDto) => disabled !== undefined)
  @IsBoolean()
  disabled?: boolean;

  @ApiPropertyOptional({ format: 'password', minLength: least, maxLength: most })
  @ValidateIf(({ password }: UserChangeDto) => password !== undefined)
  @IsString()
  @Length(least, most, LENGTH)
  password?: string;
}

export class RoleDto {
  @ApiProperty({ enum: ROLES, example: 'operator' })
  @IsIn(ROLES)
  role!: Role;
}

export class NewInvitationDto extends RoleDto {
  @ApiPropertyOptional({ description: 'For whom', maxLength: 200, example: 'Maria, on call' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(STORABLE_TEXT, { message: 'note must not be blank' })
  note?: string | null;

  @ApiPropertyOptional({ description: 'Hours', minimum: 1, maximum: 720, default: 72 })
  @IsInt()
  @Min(1)
  @Max(720)
  validHours: number = 72;
}

export class InvitationTokenDto {
  @ApiProperty({ description: 'What follows the # in the link' })
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{43}$/, TOKEN)
  token!: string;
}

export class ResetTokenDto {
  @ApiProperty({ description: 'What follows the # in the link' })
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{43}$/, RESET_TOKEN)
  token!: string;
}

export class ResetAcceptanceDto extends ResetTokenDto {
  @ApiProperty({ format: 'password', minLength: least, maxLength: most })
  @IsString()
  @Length(least, most, LENGTH)
  password!: string;
}

export class InvitationAcceptanceDto extends NameAndPassword {
  @ApiProperty({ description: 'What follows the # in the link' })
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{43}$/, TOKEN)
  token!: string;
}
