import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@app/platform';
import { DataSource } from 'typeorm';

const WAIT_MS = 2000;

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly dataSource: DataSource) {}

  @Get('livez')
  @ApiOperation({ summary: 'Whether the process answers at all' })
  @ApiOkResponse({ example: { data: { status: 'ok' } } })
  livez(): { data: { status: 'ok' } } {
    return { data: { status: 'ok' } };
  }

  @Get('readyz')
  @ApiOperation({ summary: 'Whether the database can be asked' })
  @ApiOkResponse({ example: { data: { status: 'ok' } } })
  @ApiResponse({ status: 503, description: 'No database' })
  async readyz(): Promise<{ data: { status: 'ok' } }> {
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new DomainError('storage-unavailable', 503)), WAIT_MS).unref();
    });
    await Promise.race([this.dataSource.query('SELECT 1'), late]);
    return { data: { status: 'ok' } };
  }
}
