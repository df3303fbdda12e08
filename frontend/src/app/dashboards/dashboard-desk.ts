import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { Answer, Dashboard, DashboardInput } from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiUrl } from '../api/api-feed';
import { Scope } from '../scope/scope';

/** What is done to dashboards. Failures are thrown, for who asked to tell. */
@Service()
export class DashboardDesk {
  private readonly http = inject(HttpClient);
  private readonly scope = inject(Scope);

  async get(id: string): Promise<Dashboard> {
    const answer = this.http.get<Answer<Dashboard>>(urlOf(id), this.options());
    return (await firstValueFrom(answer)).data;
  }

  /** @param id the one that it had, where a deletion is undone */
  async create(input: DashboardInput, id?: string): Promise<Dashboard> {
    const body = { ...input, ...(id !== undefined && { id }) };
    const answer = this.http.post<Answer<Dashboard>>(apiUrl('dashboards'), body, this.options());
    return (await firstValueFrom(answer)).data;
  }

  /** @param version the one last read; null: whatever is there now */
  async replace(id: string, input: DashboardInput, version: number | null): Promise<Dashboard> {
    const answer = this.http.put<Answer<Dashboard>>(urlOf(id), input, this.options(version));
    return (await firstValueFrom(answer)).data;
  }

  async remove(id: string, version: number | null): Promise<void> {
    await firstValueFrom(this.http.delete<void>(urlOf(id), this.options(version)));
  }

  async import(file: unknown): Promise<Dashboard> {
    const url = apiUrl('dashboards/import');
    const answer = this.http.post<Answer<Dashboard>>(url, file, this.options());
    return (await firstValueFrom(answer)).data;
  }

  exportUrl(id: string): string {
    const project = encodeURIComponent(this.scope.project() ?? '');
    return `${urlOf(id)}/export?project=${project}`;
  }

  private options(version: number | null = null): {
    params: Record<string, string>;
    headers: Record<string, string>;
  } {
    const project = this.scope.project();
    return {
      params: project === undefined ? {} : { project },
      headers: version === null ? {} : { 'If-Match': `"${version}"` },
    };
  }
}

function urlOf(id: string): string {
  return apiUrl(`dashboards/${encodeURIComponent(id)}`);
}
